"""What the library counts and times by the database, whose tables may be large."""

from __future__ import annotations

import numpy as np

from core.storage import Database, videos
from core.storage.schema import frames
from tests.synthetic import make_run


def test_what_the_library_holds_is_counted(db: Database) -> None:
    assert videos.totals(db) == (0, 0, 0, 0, 0)
    make_run(db, (9, 12))
    assert videos.totals(db)[:3] == (2, 0, 21)
    assert videos.totals(db).captions == sum(one.captions for one in videos.every(db))
    assert videos.totals(db).groups == 2
    videos.update(db, "video1", state="waiting")
    assert (videos.totals(db).waiting, videos.totals(db).groups) == (1, 1)


def test_times_are_those_of_every_frame_however_they_are_spread(db: Database) -> None:
    make_run(db, (9, 12))
    with db.write() as connection:
        one = (frames.c.video_id == "video0") & (frames.c.index == 4)
        connection.execute(frames.update().where(one).values(time_s=8.5))
        connection.execute(frames.delete().where(frames.c.video_id == "video1", frames.c.index < 2))
    found = videos.times(db, ["video1", "video0"])
    assert list(found) == ["video1", "video0"]
    for video_id, times_s in found.items():
        np.testing.assert_array_equal(times_s, videos.times_of(db, video_id))
