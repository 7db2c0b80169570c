"""What is kept: rows in library.db, bytes in files. One module per table; no module computes."""

from core.storage.database import Database, open_library

__all__ = ["Database", "open_library"]
