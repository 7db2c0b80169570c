"""yt-dlp's own sentences, each with what is said of it and whether it is tried again."""

import pytest
from yt_dlp.utils import DownloadError, ExtractorError

from core.video.addresses import Address
from core.video.youtube import refusals, runtime

ID = "dQw4w9WgXcQ"
HOUR = 3600.0
HINT = (
    " Use --cookies-from-browser or --cookies for the authentication. See  "
    "https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to "
    "manually pass cookies"
)
RATE_LIMIT = (
    "This content isn't available, try again later. The current session has been rate-limited by "
    "YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay between video "
    "requests to avoid exceeding the rate limit."
)
COPYRIGHT = (
    "Video unavailable. This video contains content from Private Video Network, who has blocked "
    "it in your country on copyright grounds"
)
TLS = (
    "Unable to download API page: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate in certificate chain (_ssl.c:1006) (caused by "
    "CertificateVerifyError('[SSL: CERTIFICATE_VERIFY_FAILED]'))"
)
PROXY = (
    "Unable to download webpage: ('Unable to connect to proxy', OSError('Tunnel connection failed: "
    "403 Forbidden')) (caused by ProxyError())"
)
OFFLINE = (
    "Unable to download API page: Failed to resolve 'www.youtube.com' ([Errno -3] Temporary "
    "failure in name resolution) (caused by TransportError())"
)
REFUSED = "Unable to download webpage: [Errno 111] Connection refused (caused by TransportError())"


@pytest.fixture(autouse=True)
def with_all_parts(monkeypatch) -> None:
    monkeypatch.setattr(runtime, "puzzles_solved", lambda: True)
    monkeypatch.setattr(runtime, "age_days", lambda *_: 3)


def _refusal(said: str, warnings=(), prefix=f"[youtube] {ID}: ") -> refusals.Refusal:
    found = refusals.refusal(ID, DownloadError(f"ERROR: {prefix}{said}"), warnings)
    assert found.sentence.count("\n") == 0
    assert "--cookies" not in found.sentence
    assert found.details == " ".join(said.split())
    return found


@pytest.mark.parametrize(
    ("said", "says", "retry_after_s"),
    [
        (RATE_LIMIT, "pause of up to an hour", HOUR),
        ("Sign in to confirm you’re not a bot." + HINT, "proof that a person", 4 * HOUR),
        ("Sign in to confirm you're not a bot." + HINT, "proof that a person", 4 * HOUR),
        (
            "Please try again. YouTube is requiring a captcha challenge before playback",
            "captcha",
            4 * HOUR,
        ),
        (
            "All player responses are invalid. Your IP is likely being blocked by Youtube",
            "blocks this connection",
            4 * HOUR,
        ),
        (
            (
                "Unable to download API page: HTTP Error 429: Too Many Requests (caused by "
                "<HTTPError 429: Too Many Requests>)"
            ),
            "too many requests",
            HOUR,
        ),
        (
            "Sign in to confirm your age. This video may be inappropriate for some users." + HINT,
            "age-restricted",
            None,
        ),
        (
            (
                "Join this channel to get access to members-only content like this video, and "
                "other exclusive perks."
            ),
            "members only",
            None,
        ),
        (
            "This video is available to this channel's members on level: Gold.",
            "members only",
            None,
        ),
        (
            "Private video. Sign in if you've been granted access to this video." + HINT,
            "is private",
            None,
        ),
        ("This video requires payment to watch.", "is to be paid for", None),
        ("This video is DRM protected", "protected against copying", None),
        (COPYRIGHT, "blocked in your country by Private Video Network", None),
        (
            (
                "The uploader has not made this video available in your country\nThis video is "
                "available in Germany.\nYou might want to use a VPN"
            ),
            "this country",
            None,
        ),
        ("This live event will begin in 3 hours.", "not been shown yet", 2 * HOUR),
        ("Premieres in 25 minutes", "not been shown yet", 2 * HOUR),
        ("Premiere will begin shortly", "not been shown yet", 2 * HOUR),
        ("This live stream recording is not available.", "still works on the recording", 3 * HOUR),
        (
            "We're processing this video. Check back later.",
            "still works on the recording",
            3 * HOUR,
        ),
        (
            (
                "Video unavailable. This video is no longer available because the YouTube "
                "account associated with this video has been terminated."
            ),
            "closed the account",
            None,
        ),
        (
            "Video unavailable. This video has been removed by the uploader",
            "removed from YouTube",
            None,
        ),
        ("Video unavailable", "not available on YouTube", None),
        (TLS, "not signed by YouTube", None),
        (PROXY, "proxy of this network", None),
        (OFFLINE, "no connection to the internet", 600),
        (REFUSED, "connection to YouTube broke", 600),
        ("Unable to download webpage: HTTP Error 503: Service Unavailable", "has a fault", 600),
    ],
)
def test_what_youtube_says(said, says, retry_after_s) -> None:
    found = _refusal(said)
    assert says in found.sentence
    assert found.retry_after_s == retry_after_s


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (RATE_LIMIT, "pause"),
        ("Unable to download API page: HTTP Error 429: Too Many Requests", "pause"),
        ("Premieres in 25 minutes", "upcoming"),
        ("Private video", ""),
    ],
)
def test_what_is_more_than_this_videos(said, kind) -> None:
    assert refusals.failed(Address("video", ID), DownloadError(said)).kind == kind


@pytest.mark.parametrize(
    "said",
    [
        "The downloaded file is empty",
        "1048576 bytes read, 9437184 more expected",
        "Did not get any data blocks",
    ],
)
def test_what_breaks_off_is_worth_another_try(said) -> None:
    found = _refusal(said, prefix="")
    assert (found.kind, found.retry_after_s) == ("broken off", None)


FORBIDDEN = "unable to download video data: HTTP Error 403: Forbidden"
NO_FORMAT = "Requested format is not available. Use --list-formats for a list of available formats"
SABR = (
    f"[youtube] {ID}: Some web client https formats have been skipped as they are missing a URL. "
    "YouTube is forcing SABR streaming for this client"
)


@pytest.mark.parametrize(
    ("said", "warnings", "days", "solved", "says"),
    [
        (FORBIDDEN, (), 90, True, ("(403)", "90 days old", runtime.MEND)),
        (FORBIDDEN, (), 3, True, ("(403)", "3 days old", "when there is a newer one")),
        (NO_FORMAT, (), 3, False, ("puzzles is missing", runtime.MEND)),
        (FORBIDDEN, (), 90, False, ("puzzles is missing", runtime.MEND)),
        (NO_FORMAT, (SABR,), 90, True, ("no plain file", "90 days old", runtime.MEND)),
        (NO_FORMAT, (), 90, True, ("no file", "Upload the video file")),
        ("something new", (SABR,), 90, False, ("YouTube refused", "Upload the video file")),
    ],
)
def test_what_is_missing_or_old_here(monkeypatch, said, warnings, days, solved, says) -> None:
    monkeypatch.setattr(runtime, "puzzles_solved", lambda: solved)
    monkeypatch.setattr(runtime, "age_days", lambda *_: days)
    found = _refusal(said, warnings)
    assert all(part in found.sentence for part in says)
    assert found.retry_after_s is None


def test_a_cause_that_was_only_warned_of_counts() -> None:
    warned = f"[youtube] {ID}: Unable to download API page: HTTP Error 429: Too Many Requests"
    error = DownloadError(f"ERROR: [youtube] {ID}: Failed to extract any player response")
    found = refusals.refusal(ID, error, [warned])
    assert "too many requests" in found.sentence
    assert "HTTP Error 429" in found.details
    assert "something" in refusals.refusal(ID, DownloadError("something"), [warned]).details


@pytest.mark.parametrize(
    "said",
    [
        "[youtube] 429_429_429: something new",
        "[youtube] bot-age-DRM: something new",
        "[youtube:tab] PLprivate-video429: something new",
        "[youtube] dQw4w9WgXcQ: Unable to parse the page of Private video: Premieres in court",
        "[youtube] dQw4w9WgXcQ: cannot read 'Join this channel', 'Sign in to confirm your age'",
        "[youtube] dQw4w9WgXcQ: The account of a bot that was removed, 403 times, in 429 days",
    ],
)
def test_ids_and_titles_are_no_reasons(said) -> None:
    found = refusals.refusal(ID, DownloadError(f"ERROR: {said}"))
    assert found.sentence == f"YouTube refused {ID}. Upload the video file instead."
    assert found.retry_after_s is None


def test_the_request_for_a_report_is_left_out() -> None:
    error = ExtractorError("Something broke", video_id=ID, ie="youtube")
    assert "please report" in str(error)
    assert refusals.own_words(error) == "Something broke"
