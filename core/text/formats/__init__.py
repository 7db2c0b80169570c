"""Caption files of every kind, read cue by cue: a bad cue is passed over, never the file."""

from core.text.formats.choose import EXTENSIONS, read

__all__ = ["EXTENSIONS", "read"]
