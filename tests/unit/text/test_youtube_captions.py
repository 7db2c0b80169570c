"""Captions from YouTube's recorded answers; each way of refusal is one sentence with a way out."""

import pytest
import requests
from youtube_transcript_api import _errors as errors

from core.errors import CaptionsRefused, CaptionsUnavailable
from core.text import captions_refused, captions_youtube
from core.text.segments import Segment
from tests.recorded_youtube import Recorded, session

pytestmark = pytest.mark.real
ID = "GJLlxj_dtq8"


def _fetch(real, language="auto", **answers) -> captions_youtube.Fetched:
    answering = session(Recorded(real / "youtube", **answers))
    return captions_youtube.fetch(ID, language, session=answering)


def test_segments_in_seconds_without_mark_up(real) -> None:
    found = _fetch(real, "en")
    assert found.transcript.segments == (
        Segment(0.0, 1.54, "Hey, this is just a test"),
        Segment(1.54, 1.54 + 4.16, "this is not the original transcript"),
        Segment(5.7, 5.7 + 3.239, "just something shorter, I made up for testing"),
    )
    assert found.transcript.timed


@pytest.mark.parametrize(
    ("language", "code"), [("auto", "en"), ("en", "en"), ("zh", "zh"), ("other", "en")]
)
def test_written_captions_of_the_language_come_first(real, language, code) -> None:
    adapter = Recorded(real / "youtube")
    found = captions_youtube.fetch(ID, language, session=session(adapter))
    assert (found.track.code, found.track.kind, found.origin) == (code, "people", "youtube")
    assert found.transcript.language == code
    assert f"lang={code}" in adapter.asked[-1]
    assert "kind=asr" not in adapter.asked[-1]


def test_a_language_that_is_not_there_names_those_that_are(real) -> None:
    with pytest.raises(CaptionsUnavailable) as caught:
        _fetch(real, "zh", player="youtube_ww1_nl_en.innertube.json.static")
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    assert all(fact in said for fact in (ID, "Chinese", "available: en.", ".srt"))


def test_consent_is_given_once(real) -> None:
    pages = ["youtube_consent_page.html.static", "youtube.html.static"]
    assert _fetch(real, page=pages).transcript.segments


PLAYER = "{}.innertube.json.static"
REFUSALS = {
    "disabled": ({"player": PLAYER.format("youtube_transcripts_disabled")}, "has no captions"),
    "disabled 2": ({"player": PLAYER.format("youtube_transcripts_disabled2")}, "has no captions"),
    "unavailable": ({"player": PLAYER.format("youtube_video_unavailable")}, "no longer available"),
    "unplayable": ({"player": PLAYER.format("youtube_unplayable")}, "does not play"),
    "age": ({"player": PLAYER.format("youtube_age_restricted")}, "age-restricted"),
    "blocked": ({"player": PLAYER.format("youtube_request_blocked")}, "blocks requests"),
    "token": ({"player": PLAYER.format("youtube_po_token_required")}, "its own player"),
    "robot": ({"page": "youtube_too_many_requests.html.static"}, "blocks requests"),
    "many": ({"captions": 429}, "blocks requests"),
    "consent": ({"page": "youtube_consent_page.html.static"}, "consent"),
    "consent 2": ({"page": "youtube_consent_page_invalid.html.static"}, "consent"),
    "error": ({"player": 500}, "request failed"),
    "no page": ({"page": "LICENSE"}, "is not known"),
    "no json": ({"player": "LICENSE"}, "cannot be read"),
    "no xml": ({"captions": "LICENSE"}, "cannot be read"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_every_refusal_has_its_sentence(real, case) -> None:
    answers, reason = REFUSALS[case]
    with pytest.raises(CaptionsUnavailable) as caught:
        _fetch(real, **answers)
    said = str(caught.value)
    assert reason in said
    assert ID in said
    assert said.endswith("upload a caption file (.srt, .vtt) instead.")
    assert caught.value.details
    assert "\n" not in said


@pytest.mark.parametrize(
    ("case", "other_way", "waits"),
    [
        ("blocked", True, True),
        ("robot", True, True),
        ("many", True, True),
        ("error", True, True),
        ("token", True, False),
        ("no json", True, False),
        ("disabled", False, False),
        ("unavailable", False, False),
    ],
)
def test_what_is_refused_for_now_says_when_to_ask_again(real, case, other_way, waits) -> None:
    with pytest.raises(CaptionsUnavailable) as caught:
        _fetch(real, **REFUSALS[case][0])
    assert isinstance(caught.value, CaptionsRefused) is other_way
    assert (caught.value.retry_after_s is not None) is waits


def test_without_a_network() -> None:
    class Down(requests.adapters.BaseAdapter):
        def send(self, *_what, **_how):
            raise requests.exceptions.ConnectionError("no route")

    with pytest.raises(CaptionsUnavailable, match="no connection to YouTube"):
        captions_youtube.fetch(ID, session=session(Down()))


def test_no_other_host_is_asked() -> None:
    made = captions_youtube._session()
    for url in ("http://127.0.0.1:1/", "https://evil.test/", "http://www.youtube.com/"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            made.get(url)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.IpBlocked(ID), "pause"),
        (errors.RequestBlocked(ID), "pause"),
        (errors.TranscriptsDisabled(ID), ""),
        (requests.exceptions.ConnectionError("no route"), ""),
    ],
)
def test_what_is_refused_to_the_connection_is_no_video_s_own(error, kind) -> None:
    assert captions_refused.refused(ID, error).kind == kind
