"""Only YouTube's addresses pass, rebuilt from their id; every other line is named with a reason."""

import json
from pathlib import Path

import pytest

from core.video.addresses import MAX_ADDRESSES, Address, parse_addresses

ID = "dQw4w9WgXcQ"

REFUSED = [
    "",
    "   ",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:8501/_stcore/health",
    "http://2130706433/",
    "http://[::1]/",
    "http://[::1",
    "file:///etc/passwd",
    "ftp://youtube.com/x",
    "data:text/html,<script>alert(1)</script>",
    "javascript:alert(1)",
    f"https://youtube.com@169.254.169.254/watch?v={ID}",
    f"https://youtube.com.evil.test/watch?v={ID}",
    f"https://evilyoutube.com/watch?v={ID}",
    f"https://www.xn--outube-9of.com/watch?v={ID}",
    f"https://evil.test\\@www.youtube.com/watch?v={ID}",
    f"https://www.youtube.com/watch?v={ID}\0",
    f"https://www.youtube.com/watch?v={ID}%00",
    f'<iframe src="https://evil.test/embed/{ID}"></iframe>',
    f'<script src="https://www.youtube.com/embed/{ID}"></script>',
    f"https://www.youtube.com/watch/{ID}/x",
    f"https://www.youtube.com:22/watch?v={ID}",
    f"https://www.youtube.com:99999/watch?v={ID}",
    "https://www.youtube.com/redirect?q=http://169.254.169.254/",
    "--exec=touch /tmp/pwned",
    "-a/etc/passwd",
    "ytsearch100000:cats",
    "https://www.youtube.com/watch?v=$(id)xxxxxx",
    "https://www.youtube.com/watch?v=../../../etc",
    f"https://www.youtube.com/watch?v={'a' * 5000}",
    "https://www.youtube.com/watch?v=" + "ｄ" * 11,
    "\\\\attacker\\share\\x",
    "<img src=x onerror=alert(1)>",
    "https://www.youtube.com/@",
    "https://www.youtube.com/@../videos",
    "https://www.youtube.com/@channel/settings",
    "https://www.youtube.com/channel/elsewhere",
    "https://www.youtube.com/feed/subscriptions",
    "https://evil.test/@channel",
    "interview_1",
    "us_news_003",
    "Clip-2024-A",
    f"{ID} and more",
    "https://www.youtube.com/",
    "https://www.youtube.com/playlist?list=../x",
]

VIDEOS = [
    f"https://www.youtube.com/watch?v={ID}",
    f"http://youtu.be/{ID}?t=10",
    f"youtube.com/watch?v={ID}&list=PLx",
    ID,
    f"https://www.youtube.com/shorts/{ID}",
    f"https://www.youtube.com/live/{ID}?feature=share",
    f"https://www.youtube.com/embed/{ID}",
    f"https://www.youtube-nocookie.com/embed/{ID}",
    f"https://m.youtube.com/watch?feature=share&v={ID}",
    f"https://music.youtube.com/watch?v={ID}",
    f"HTTPS://WWW.YOUTUBE.COM/watch?v={ID}",
    f"  https://youtu.be/{ID}  ",
    f"https://www.youtube.com./watch?v={ID}",
    f"https://www.youtube.com:443/watch?v={ID}",
    f"https://youtu.be/{ID}&feature=youtu.be",
    f"https://www.youtube.com/watch?v={ID}?t=30",
    f"\u200bhttps://youtu.be/{ID}\ufeff",
    f"<https://youtu.be/{ID}>",
    f"[clip](https://youtu.be/{ID})",
    f"https://youtu.be/{ID},",
    f'"https://youtu.be/{ID}".',
    f"https://youtu.be/{ID}, https://www.youtube.com/watch?v={ID}",
    f"https://youtu.be/{ID}；https://www.youtube.com/watch?v={ID}",
    f"https://www.youtube.com/e/{ID}",
    f"https://www.youtube.com/watch/{ID}",
    f'<iframe width="560" src="https://www.youtube.com/embed/{ID}?si=x" title="a"></iframe>',
]

CHANNELS = {
    "https://www.youtube.com/@BBCNews": "@BBCNews/videos",
    "youtube.com/@BBCNews/featured?si=x": "@BBCNews/videos",
    "https://m.youtube.com/@BBCNews/streams/": "@BBCNews/streams",
    "https://www.youtube.com/@央视新闻": "@央视新闻/videos",
    "https://www.youtube.com/@%E5%A4%AE%E8%A7%86/shorts": "@央视/shorts",
    "https://www.youtube.com/channel/UC16niRr50-MSBwiO3YDb3RA": (
        "channel/UC16niRr50-MSBwiO3YDb3RA/videos"
    ),
    "https://www.youtube.com/c/CGTN/videos": "c/CGTN/videos",
    "https://www.youtube.com/user/CNN": "user/CNN/videos",
}


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_with_a_reason(text: str) -> None:
    found = parse_addresses(text)
    assert found.accepted == []
    assert len(found.refused) == 1
    assert "https://www.youtube.com/watch?v=" in found.refused[0].reason


@pytest.mark.parametrize("text", VIDEOS)
def test_a_video_is_rebuilt_from_its_id(text: str) -> None:
    assert parse_addresses(text).accepted == [Address("video", ID)]
    assert Address("video", ID).url == f"https://www.youtube.com/watch?v={ID}"


@pytest.mark.parametrize(("text", "path"), CHANNELS.items())
def test_a_channel_is_rebuilt_from_its_path(text: str, path: str) -> None:
    assert parse_addresses(text).accepted == [Address("channel", path)]
    rebuilt = Address("channel", path).url
    assert rebuilt.isascii()
    assert rebuilt.startswith("https://www.youtube.com/")
    assert parse_addresses(rebuilt).accepted == [Address("channel", path)]


def test_a_playlist_is_told_from_a_video() -> None:
    (address,) = parse_addresses(
        "https://www.youtube.com/playlist?list=PL1234567890abcdef"
    ).accepted
    assert address == Address("playlist", "PL1234567890abcdef")
    assert address.url == "https://www.youtube.com/playlist?list=PL1234567890abcdef"


def test_good_lines_go_on_beside_bad_ones() -> None:
    found = parse_addresses(f"https://youtu.be/{ID}\r\n\nhttp://localhost/\n{ID}\nF1xioXWb8CY")
    assert found.accepted == [Address("video", ID), Address("video", "F1xioXWb8CY")]
    assert [refusal.text for refusal in found.refused] == ["http://localhost/"]


def test_more_than_the_limit_is_left_out_and_said() -> None:
    found = parse_addresses(
        "\n".join(f"youtu.be/{number:011d}" for number in range(MAX_ADDRESSES + 2))
    )
    assert len(found.accepted) == MAX_ADDRESSES
    assert [str(MAX_ADDRESSES) in refusal.reason for refusal in found.refused] == [True, True]


@pytest.mark.real
def test_the_security_lists(real: Path) -> None:
    lists = json.loads((real.parent / "security" / "urls.json").read_text())
    for name, text in lists["refuse"].items():
        assert parse_addresses(text).accepted == [], name
    for text in lists["accept"]:
        assert len(parse_addresses(text).accepted) == 1, text
