"""All caption tracks are known, one is chosen by rule, and both ways name them alike."""

from __future__ import annotations

import json

import pytest

from core.errors import CaptionsRefused, CaptionsUnavailable, InvalidSetting
from core.pipeline.intake import youtube_captions
from core.text import caption_tracks, captions_youtube
from core.text.caption_tracks import Track
from core.video.youtube import session as youtube_session
from tests.recorded_youtube import Lister, Listing, session

ID = "dQw4w9WgXcQ"
TWO = (
    ("en", "English - CC1", "people", "of the studio"),
    ("en", "English - DTVCC1", "people", "of the affiliate"),
    ("en", "English (auto-generated)", "machine", "as heard"),
    ("zh-Hans", "Chinese (Simplified)", "people", "港口"),
)
CC1, DTV, ASR, ZH = (Track(code, name, kind) for code, name, kind, _ in TWO)


def test_two_tracks_of_one_language_are_two() -> None:
    assert captions_youtube.listed(ID, session(Listing(*TWO))) == (CC1, DTV, ASR, ZH)
    twice = Listing(TWO[0], TWO[0])
    assert [t.name for t in captions_youtube.listed(ID, session(twice))] == [
        "English - CC1",
        "English - CC1 (2)",
    ]


@pytest.mark.parametrize(
    ("language", "wanted", "track", "words"),
    [
        ("auto", None, CC1, "of the studio"),
        ("zh", None, ZH, "港口"),
        ("auto", "english - dtvcc1", DTV, "of the affiliate"),
        ("auto", "English (auto-generated)", ASR, "as heard"),
        ("auto", str(ASR), ASR, "as heard"),
        ("auto", "zh-Hans", ZH, "港口"),
        ("en", DTV, DTV, "of the affiliate"),
        ("en", Track("fr", "French", "people"), CC1, "of the studio"),
    ],
)
def test_the_track_that_was_asked_for_else_the_one_by_rule(language, wanted, track, words) -> None:
    youtube = Listing(*TWO)
    found = captions_youtube.fetch(ID, language, wanted, session(youtube))
    assert (found.track, len(found.tracks)) == (track, 4)
    assert [segment.text for segment in found.transcript.segments] == [words]
    assert found.origin == ("youtube-auto" if track is ASR else "youtube")
    assert not any("tlang" in url for url in youtube.asked)


@pytest.mark.parametrize("wanted", ["en", "fr", "English"])
def test_a_name_of_several_or_of_none_names_those_there_are(wanted) -> None:
    with pytest.raises(InvalidSetting, match="English - DTVCC1"):
        captions_youtube.fetch(ID, "auto", wanted, session(Listing(*TWO)))


def test_what_is_said_of_several() -> None:
    assert caption_tracks.said((CC1, DTV, ASR, ZH), CC1) == "2 English tracks, using English - CC1."
    assert caption_tracks.said((CC1, ASR, ZH), CC1) == ""


def address(lang: str, extra: str = "") -> str:
    return f"https://www.youtube.com/api/timedtext?v={ID}&lang={lang}{extra}&fmt=json3"


@pytest.fixture
def blocked(monkeypatch) -> Lister:
    """youtube-transcript-api is refused; yt-dlp has two English tracks, as it names them."""

    def formats(url: str, name: str) -> list[dict[str, str]]:
        return [
            {"ext": "srv1", "url": "x", "name": name},
            {"ext": "json3", "url": url, "name": name},
        ]

    asr = address("en", "&kind=asr")
    made = Lister(
        subtitles={
            "en-uYU-mmqFLq8": formats(address("en", "&name=CC1"), "English - CC1"),
            "en-CBt1WYVpqkQ": formats(address("en", "&name=DTVCC1"), "English - DTVCC1"),
            "xx": formats("http://127.0.0.1/api?lang=xx", "elsewhere"),
            "live_chat": [{"ext": "json", "url": "https://www.youtube.com/live_chat"}],
        },
        automatic_captions={
            "en-orig": formats(asr, "English (Original)"),
            "en": formats(asr, "English"),
            "de": formats(f"{asr}&tlang=de", "German"),
        },
    )
    words = {"events": [{"tStartMs": 500, "dDurationMs": 2000, "segs": [{"utf8": "of both"}]}]}
    made.files[address("en", "&name=DTVCC1")] = json.dumps(words).encode()
    monkeypatch.setattr(youtube_session, "session", made)
    refusing = session(Listing(blocked=True))
    monkeypatch.setattr(captions_youtube, "_session", lambda: refusing)
    return made


def test_the_second_way_names_the_same_tracks(blocked) -> None:
    assert youtube_captions.listed(ID) == (CC1, DTV, Track("en", "en (auto-generated)", "machine"))
    assert blocked.asked == []


def test_the_second_way_fetches_and_says_that_it_did(blocked) -> None:
    found = youtube_captions.fetch(ID, "auto", DTV)
    assert (found.track, found.way) == (DTV, "yt-dlp")
    (segment,) = found.transcript.segments
    assert (segment.start_s, segment.end_s, segment.text) == (0.5, 2.5, "of both")


def test_both_refused_is_one_sentence_with_both_answers(blocked) -> None:
    with pytest.raises(CaptionsRefused) as caught:
        youtube_captions.fetch(ID)
    assert "blocks requests" in str(caught.value)
    assert "RequestBlocked" in caught.value.details
    assert "yt-dlp" in caught.value.details
    assert caught.value.retry_after_s


def test_a_language_that_neither_has_is_no_refusal(blocked) -> None:
    with pytest.raises(CaptionsUnavailable, match="available: en") as caught:
        youtube_captions.fetch(ID, "zh")
    assert not isinstance(caught.value, CaptionsRefused)
