"""Every error a user can cause or meet: each says what happened and what to do."""

_LONGEST = 1000  # characters of a sentence, whatever names and values stand in it
_BEGIN, _END = 600, 300  # of a longer one that are kept


class AffinityError(Exception):
    """The base of all expected errors: its text is one line that can be shown as it is.

    What it names may be anything that somebody typed or sent: lines are joined, what cannot be
    printed is a question mark, and a long text keeps its beginning and its end.
    """

    def __init__(self, sentence: str) -> None:
        line = " ".join(sentence.split())
        if not line.isprintable():
            line = "".join(sign if sign.isprintable() else "?" for sign in line)
        if len(line) > _LONGEST:
            line = f"{line[:_BEGIN]} … {line[-_END:]}"
        super().__init__(line)


class AddressRefused(AffinityError):
    """An address that is not a YouTube video or playlist."""


class Refused(AffinityError):
    """Something that was asked of YouTube and not given.

    `details` is what was answered, word for word; `retry_after_s` the seconds after which asking
    again may help, None where waiting does not. `kind` is "pause" where all others are to wait too,
    "postponed" where it was not asked for yet, "broken off" where the same again may end well at
    once, "upcoming" for what has not begun, else "".
    """

    kind = ""

    def __init__(
        self, sentence: str, details: str = "", retry_after_s: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.details = details
        self.retry_after_s = retry_after_s


class DownloadFailed(Refused):
    """YouTube, or the connection to it, refused a video."""


class Postponed(DownloadFailed):
    """A video that was not asked for yet, because YouTube had asked for a pause."""

    kind = "postponed"


class VideoUnreadable(AffinityError):
    """A file that cannot be decoded as a video."""


class SoundUnreadable(AffinityError):
    """A video without sound, or whose sound cannot be decoded."""


class CaptionsUnreadable(AffinityError):
    """A caption file that does not parse."""


class CaptionsUnavailable(Refused):
    """A video for which no captions can be had."""


class NothingFound(CaptionsUnavailable):
    """Text or speech was looked for to the end, and there is none: an answer, and no fault."""


class CaptionsRefused(CaptionsUnavailable):
    """Captions that YouTube has and did not give; another way of asking may get them."""


class NotAllowed(AffinityError):
    """Somebody who is signed in may not do this, or nobody is signed in."""


class TooMany(AffinityError):
    """More was asked for at a time than one person may; `wait_s` seconds later it is given."""

    def __init__(self, sentence: str, wait_s: float) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class NotFound(AffinityError):
    """An id that names nothing in the library."""


class InvalidSetting(AffinityError):
    """A setting outside what it may be."""


class AlreadyThere(AffinityError):
    """A video that the library has; it is taken once more only where that is asked for."""


class Busy(AffinityError):
    """Something that cannot be done while a job uses the same video or run."""


class OutOfMemory(AffinityError):
    """A training or analysis that did not fit; the text names the setting to lower."""


class CheckpointUnreadable(AffinityError):
    """A checkpoint or latents file that is damaged, foreign or newer than this version."""


class LibraryDamaged(AffinityError):
    """A library database that cannot be opened; the text says where its copy was put."""


class StorageFailed(AffinityError):
    """The data folder cannot be written: full, read-only or not a folder."""


class BucketFailed(AffinityError):
    """An object store that refuses, is not there or does not answer, or bytes damaged in it."""


class DatabaseUnreachable(StorageFailed):
    """PostgreSQL does not answer: worth another attempt."""


class TablesBehind(StorageFailed):
    """PostgreSQL's tables are of another version than the program."""


class Superseded(AffinityError):
    """A job's attempt that another one has replaced: it may publish nothing more."""


class DiskFull(StorageFailed):
    """There is no room left for what was to be kept; another attempt needs `needed` bytes free."""

    def __init__(self, sentence: str, needed: int = 0) -> None:
        super().__init__(sentence)
        self.needed = needed


class WorkerFailed(AffinityError):
    """The background worker did not start."""


class JobEnded(AffinityError):
    """A job that was waited for and failed, or was cancelled."""
