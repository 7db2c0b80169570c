"""What an address holds is told in YouTube's order; what is missing is said."""

from __future__ import annotations

import pytest

from core.errors import DownloadFailed
from core.video.addresses import MAX_ADDRESSES, Address
from core.video.youtube import session
from core.video.youtube.listing import Listed, look
from tests.recorded_youtube import Lister

PLAYLIST = Address("playlist", "PL1234567890abcdef")
CHANNEL = Address("channel", "@CGTN/videos")
DAY = 1767312000  # 2026-01-02 00:00 UTC


@pytest.fixture
def youtube(monkeypatch) -> Lister:
    """yt-dlp that answers with what is put into its `facts`."""
    made = Lister()
    monkeypatch.setattr(session, "session", made)
    return made


def entry(number: int, **facts) -> dict:
    return {"id": f"{number:011d}", "title": f"Report {number}", **facts}


def test_a_playlist_is_its_videos(youtube) -> None:
    youtube.facts = {
        "title": "War\x07 report",
        "entries": [
            entry(1, timestamp=DAY, duration=75, channel="BBC"),
            None,
            {"id": "../../../xx", "title": "elsewhere"},
            entry(2, live_status="is_upcoming", title=None),
            entry(1, title="again"),
            entry(3, availability="subscriber_only"),
        ],
    }
    found = look(PLAYLIST)
    assert (found.title, found.left_out) == ("War report", 0)
    one, two, three = found.videos
    assert one.address == Address("video", "00000000001")
    assert two == Listed(
        Address("video", "00000000002"), "YouTube 00000000002", about=True, remark="not shown yet"
    )
    assert three.remark == "members only"
    assert youtube.params["extract_flat"]
    assert youtube.asked == []


def test_days_are_about_right_and_said_so(youtube) -> None:
    youtube.facts = {"channel": "CGTN", "entries": [entry(1, timestamp=DAY, duration=75)]}
    (one,) = look(CHANNEL).videos
    assert (one.channel, one.published, one.about, one.duration_s) == (
        "CGTN",
        "2026-01-02",
        True,
        75.0,
    )
    assert "approximate_date" in youtube.params["extractor_args"]["youtubetab"]
    youtube.facts = entry(9, channel="CGTN", upload_date="20260315", duration=60)
    (exact,) = look(Address("video", "00000000009")).videos
    assert (exact.published, exact.about) == ("2026-03-15", False)


@pytest.mark.parametrize(("whole", "left_out"), [(350, 150), (None, None)])
def test_what_is_beyond_the_limit_is_counted_or_said(youtube, whole, left_out) -> None:
    entries = [entry(number) for number in range(MAX_ADDRESSES + 1)]
    youtube.facts = {"entries": entries, "playlist_count": whole}
    found = look(PLAYLIST)
    assert (len(found.videos), found.left_out) == (MAX_ADDRESSES, left_out)
    assert youtube.params["playlistend"] == MAX_ADDRESSES + 1


@pytest.mark.parametrize("address", [PLAYLIST, CHANNEL])
def test_one_without_videos_is_named(youtube, address) -> None:
    youtube.facts = {"entries": []}
    with pytest.raises(DownloadFailed, match=address.id):
        look(address)
