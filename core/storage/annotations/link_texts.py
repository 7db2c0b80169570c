"""Every query on texts too long for a link: each under a short id that says what it is of."""

from __future__ import annotations

import hashlib
import time

import sqlalchemy as sa

from core.errors import InvalidSetting, NotFound
from core.storage.database import Database
from core.storage.schema import link_texts

SIGN = "~"  # begins an id where a text can stand too
MOST = 500  # texts; of more, those that were opened longest ago go
LARGEST = 2_000_000  # characters of one
_ID = 16  # of 64 hexadecimal digits: two texts of one library never share one


def id_of(text: str) -> str:
    """The same text always has the same id."""
    return hashlib.sha256(text.encode()).hexdigest()[:_ID]


def keep(db: Database, text: str) -> str:
    """Gives the text's id; what is kept already is as new again. Raises InvalidSetting."""
    if len(text) > LARGEST:
        raise InvalidSetting(
            f"This selection takes {len(text) / 1e6:.1f} MB, a link keeps at most "
            f"{LARGEST / 1e6:.0f} MB; select fewer frames."
        )
    row = {"id": id_of(text), "text": text, "used_at": time.time()}
    newest = sa.select(link_texts.c.id).order_by(link_texts.c.used_at.desc()).limit(MOST)
    with db.write(on_reading=True) as connection:
        connection.execute(sa.delete(link_texts).where(link_texts.c.id == row["id"]))
        connection.execute(sa.insert(link_texts).values(**row))
        connection.execute(sa.delete(link_texts).where(link_texts.c.id.not_in(newest)))
    return str(row["id"])


def read(db: Database, words: str) -> str:
    """A text that is given as it is, or by its id with the sign. Raises NotFound."""
    return get(db, words.removeprefix(SIGN)) if words.startswith(SIGN) else words


def get(db: Database, identifier: str) -> str:
    """The text, which is as new again. Raises NotFound."""
    of_id = link_texts.c.id == identifier
    with db.write(on_reading=True) as connection:
        text = connection.execute(sa.select(link_texts.c.text).where(of_id)).scalar()
        connection.execute(sa.update(link_texts).where(of_id).values(used_at=time.time()))
    if text is None:
        raise NotFound(
            "The selection of this link is not kept in this library (it may be of another, or very "
            "old); select the frames again."
        )
    return str(text)
