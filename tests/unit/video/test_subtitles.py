"""A file's own subtitles are its captions, chosen by language, cleaned like a caption file's."""

from collections import defaultdict

import av
import pytest
from av.sidedata.sidedata import Type

from core.errors import CaptionsUnavailable, VideoUnreadable
from core.pipeline import captions
from core.pipeline.intake import add_video, decode_video
from core.pipeline.intake.embedded_captions import embedded_captions
from core.storage import captions as stored
from core.storage import videos
from core.storage.progress import Progress
from core.video import frames, subtitles
from core.video.probe import scan
from tests.subtitled import ERASE, a53, dvd, pop_on, roll_up, write_subtitled

pytestmark = pytest.mark.slow

EN = [(0.0, 2.0, "the ports are open"), (2.5, 4.0, "and it is{\\i1} early{\\i0}\\Nin the morning")]
ZH = [(0.0, 2.0, "港口今天早上開放"), (2.5, 4.0, "比原定時間提早")]
FR = [(0.0, 2.0, "les ports sont ouverts"), (2.5, 4.0, "tôt ce matin")]
SAID = [(0.0, 2.0, "the ports are open"), (2.5, 4.0, "and it is early in the morning")]


def _ready(db, path, language="auto"):
    added = add_video.add_file(db, path, path.name, group="us", language=language)
    decode_video.decode_video(db, added.id, Progress(None))
    return videos.get(db, added.id)


def _segments(transcript) -> list[tuple[float, float, str]]:
    return [(round(s.start_s, 2), round(s.end_s, 2), s.text) for s in transcript.segments]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("a.mp4", "mov_text", "MP4 text"),
        ("a.mov", "mov_text", "MP4 text"),
        ("a.mkv", "subrip", "SubRip"),
        ("a.mkv", "ass", "ASS"),
        ("a.mkv", "webvtt", "WebVTT"),
        ("a.webm", "webvtt", "WebVTT"),
    ],
)
@pytest.mark.parametrize("begin_s", [0.0, 10.0])
def test_text_tracks_become_captions(db, tmp_path, name, kind, said, begin_s) -> None:
    codec = "libvpx" if name.endswith("webm") else "libx264"
    clip = write_subtitled(tmp_path / name, [(kind, "eng", EN)], codec=codec, begin_s=begin_s)
    video = _ready(db, clip)
    assert (video.state, video.frames, video.captions) == ("ready", 3, 2)
    assert (video.caption_origin, video.captions_timed, video.language) == ("embedded", True, "en")
    assert f"1 ({said}, English)" in video.message
    assert _segments_of(db, video) == SAID
    texts = [text for _, _, text in SAID]
    assert captions.frame_captions(db, video.id) == [texts[0], texts[0], texts[1]]


def _segments_of(db, video) -> list[tuple[float, float, str]]:
    return [(round(c.start_s, 2), round(c.end_s, 2), c.text) for c in stored.of_video(db, video.id)]


THREE = [("subrip", "fre", FR), ("subrip", "eng", EN), ("subrip", "chi", ZH)]


@pytest.mark.parametrize(
    ("asked", "how", "number", "language"),
    [
        ("auto", {}, 2, "en"),
        ("en", {}, 2, "en"),
        ("zh", {}, 3, "zh"),
        ("other", {}, 1, "other"),
        ("auto", {"spoken": "chi"}, 3, "zh"),
        ("auto", {"spoken": "fre"}, 1, "other"),
        ("auto", {"default": 0}, 2, "en"),
        ("auto", {"tracks": [THREE[0], THREE[2]]}, 2, "zh"),
        ("auto", {"tracks": [THREE[0]]}, 1, "other"),
        ("auto", {"tracks": [("subrip", "", FR), ("subrip", "", ZH)]}, 2, "zh"),
        ("auto", {"tracks": [("subrip", "eng", ZH)]}, 1, "zh"),
        ("auto", {"tracks": [("subrip", "en-GB", EN), ("ass", "eng", EN)], "default": 1}, 2, "en"),
        ("auto", {"tracks": [("ass", "eng", EN), ("ass", "eng", EN)], "forced": [0]}, 2, "en"),
        ("auto", {"tracks": [("ass", "eng", EN[:1]), ("ass", "eng", EN * 4)]}, 2, "en"),
    ],
)
def test_of_several_tracks_the_language_decides(tmp_path, asked, how, number, language) -> None:
    tracks = how.pop("tracks", THREE)
    lines = [
        (kind, code, [(5.0 * n + a, 5.0 * n + b, t) for n, (a, b, t) in enumerate(said)])
        if len(said) > 2
        else (kind, code, said)
        for kind, code, said in tracks
    ]
    clip = write_subtitled(tmp_path / "a.mkv", lines, **how)
    taken = embedded_captions(clip, "a.mkv", asked)
    assert taken is not None
    transcript, sentence = taken
    assert transcript.language == language
    assert f"track {number} (" in sentence
    assert sentence.count("(") == len(tracks)  # the others are named beside it


def test_a_language_that_is_not_there_is_said(db, tmp_path) -> None:
    clip = write_subtitled(tmp_path / "a.mkv", [("subrip", "fre", FR)])
    video = _ready(db, clip, "zh")
    assert (video.state, video.captions, video.caption_origin) == ("ready", 0, "none")
    assert "No Chinese subtitles in a.mkv: 1 (SubRip, fre)" in video.message
    assert "Upload" in video.message


def test_captions_given_by_hand_come_first(db, tmp_path) -> None:
    clip = write_subtitled(tmp_path / "a.mkv", [("subrip", "eng", EN)])
    given = ("a.srt", b"1\n00:00:00,000 --> 00:00:02,000\nby hand\n")
    added = add_video.add_file(db, clip, "a.mkv", group="us", captions=given)
    decode_video.decode_video(db, added.id, Progress(None))
    video = videos.get(db, added.id)
    assert (video.captions, video.caption_origin, video.message) == (1, "uploaded", "")


def test_a_track_is_cleaned_like_a_caption_file(tmp_path) -> None:
    lines = [
        (0.0, 1.0, "<script>alert(1)</script>a\\hb &amp; c\u202e\u200b"),
        (1.0, 2.0, "{\\p1}m 0 0 l 100 0 100 100{\\p0}"),
        (2.0, 3.0, "twice, in two layers"),
        (2.0, 3.0, "twice, in two layers"),
        (3.0, 4.0, "{\\an8}{\\k20}=cmd|' /C calc'!A0"),
    ]
    clip = write_subtitled(tmp_path / "a.mkv", [("ass", "eng", lines)])
    taken = embedded_captions(clip, "a.mkv", "auto")
    assert taken is not None
    texts = [segment.text for segment in taken[0].segments]
    assert texts == ["alert(1)a b & c", "twice, in two layers", "=cmd|' /C calc'!A0"]


def test_what_lies_before_the_first_picture_is_left_out(tmp_path, monkeypatch) -> None:
    rows = [[-5.0, -4.0, "before"], [-1.0, 1.0, "across"], [1.0, 1.0, "no end"]]
    rows += [[float("nan"), 2.0, "never"], [1e9, 2e9, "in a hundred years"], [3.0, 4.0, " "]]
    track = {"number": 1, "kind": "ASS", "language": "eng", "default": False, "forced": False}
    found = {"tracks": [track | {"segments": rows}], "unread": [], "spoken": None}
    monkeypatch.setattr(frames, "subtitles", lambda *_: found)
    taken = embedded_captions(tmp_path / "a", "a", "auto")
    assert taken is not None
    assert _segments(taken[0]) == [(0.0, 1.0, "across"), (1.0, 3.0, "no end")]


def test_a_track_beyond_all_measure_is_passed_over(tmp_path, monkeypatch) -> None:
    track = {"kind": "ASS", "language": "eng", "default": False, "forced": False}
    long = track | {"number": 1, "segments": [[0.0, 1.0, "a" * 25_000]]}
    found = {"tracks": [long], "unread": ["pgssub"], "spoken": None}
    monkeypatch.setattr(frames, "subtitles", lambda *_: found)
    with pytest.raises(CaptionsUnavailable, match=r"track 1 .*25,000 letters.*pgssub is not read"):
        embedded_captions(tmp_path / "a", "a.mkv", "auto")
    found["tracks"].append(track | {"number": 2, "segments": [[0.0, 1.0, "hello"]]})
    assert embedded_captions(tmp_path / "a", "a.mkv", "auto")[0].segments[0].text == "hello"


def test_subtitles_that_hang_the_decoder_cost_the_video_nothing(db, tmp_path, monkeypatch) -> None:
    def hangs(_path, name):
        raise VideoUnreadable(f"{name} made the decoder hang; convert it.")

    monkeypatch.setattr(frames, "subtitles", hangs)
    video = _ready(db, write_subtitled(tmp_path / "a.mkv", [("subrip", "eng", EN)]))
    assert (video.state, video.frames, video.captions) == ("ready", 3, 0)
    assert "a.mkv made the decoder hang" in video.message


SHOWN = [(1.0, 3.0, "GOOD MORNING"), (3.0, 5.0, "THE PORTS ARE OPEN")]


def _by_picture(begin_s: float, coded, spread: bool = True) -> dict[int, bytes]:
    """User data by picture: captions that pop on at 1 and 3 s and are taken away at 5 s."""
    queued = defaultdict(list)
    for time_s, pairs in ((1.0, pop_on("GOOD MORNING")), (3.0, pop_on("THE PORTS ARE OPEN"))):
        last = round(25 * (begin_s + time_s))  # the command that shows them arrives with this one
        for back, pair in enumerate(reversed(pairs)):
            queued[last - back if spread else last].insert(0, pair)
    queued[round(25 * (begin_s + 5.0))] += ERASE
    return {number: coded(pairs) for number, pairs in queued.items()}


@pytest.mark.parametrize(
    ("name", "codec", "coded"),
    [
        ("a.ts", "libx264", a53),
        ("a.mp4", "libx264", a53),
        ("a.mkv", "libx264", a53),
        ("a.ts", "libx265", a53),
        ("a.ts", "mpeg2video", a53),
        ("a.vob", "mpeg2video", a53),
        ("a.vob", "mpeg2video", dvd),
    ],
)
def test_closed_captions_in_the_picture(tmp_path, name, codec, coded) -> None:
    data = _by_picture(0.0, coded)
    how = {"codec": codec, "user_data": lambda number: data.get(number, b"")}
    clip = write_subtitled(tmp_path / name, **how)
    taken = embedded_captions(clip, name, "auto")
    assert taken is not None
    assert taken[1] == "Captions are the file's own subtitles, track 1 (closed captions, English)."
    for found, (start_s, end_s, text) in zip(taken[0].segments, SHOWN, strict=True):
        assert found.text == text
        assert (found.start_s, found.end_s) == pytest.approx((start_s, end_s), abs=0.05)


@pytest.mark.parametrize(("codec", "coded"), [("libx264", a53), ("mpeg2video", dvd)])
def test_packets_give_what_ffmpegs_decoder_gives(tmp_path, codec, coded) -> None:
    """No picture is decoded to find captions: the bytes are those of FFmpeg's own reading."""
    data = _by_picture(0.0, coded, spread=False)
    how = {"codec": codec, "user_data": lambda number: data.get(number, b"")}
    clip = write_subtitled(tmp_path / "a.ts", **how)
    ours = subtitles._Coded()
    theirs = []
    with av.open(str(clip)) as container:
        for packet in container.demux(container.streams.video[0]):
            if packet.size:
                ours.read(packet)
            for frame in packet.decode():
                coded_here = [bytes(one) for one in frame.side_data if one.type == Type.A53_CC]
                theirs += [(frame.time, b"".join(coded_here))] if coded_here else []
    assert len(theirs) == 3
    for (time_s, pairs), (shown_s, whole) in zip(sorted(ours.pairs), theirs, strict=True):
        triplets = (whole[at : at + 3] for at in range(0, len(whole), 3))
        assert pairs == b"".join(one for one in triplets if one[1:] != b"\x80\x80")
        assert time_s == pytest.approx(shown_s)


def test_captions_that_roll_up_are_said_once(tmp_path) -> None:
    lines = ("FIRST LINE", "SECOND LINE", "THIRD LINE")
    data = {25 * (n + 1): a53(roll_up(line)) for n, line in enumerate(lines)} | {100: a53(ERASE)}
    clip = write_subtitled(tmp_path / "a.ts", user_data=lambda number: data.get(number, b""))
    taken = embedded_captions(clip, "a.ts", "auto")
    assert taken is not None
    assert _segments(taken[0]) == [(n + 1.0, n + 2.0, line) for n, line in enumerate(lines)]


def test_what_is_not_read_is_named(tmp_path) -> None:
    data = {25: a53(pop_on("HELLO"), 0xFE)}
    clip = write_subtitled(tmp_path / "a.ts", user_data=lambda number: data.get(number, b""))
    with pytest.raises(CaptionsUnavailable, match=r"CEA-708 is not read.*Upload"):
        embedded_captions(clip, "a.ts", "auto")
    assert embedded_captions(write_subtitled(tmp_path / "b.mp4"), "b.mp4", "auto") is None


@pytest.mark.real
def test_a_real_films_own_subtitles(real) -> None:
    taken = embedded_captions(real / "video" / "nasa_13013.mp4", "nasa.mp4", "auto")
    assert taken is not None
    assert _segments(taken[0])[0] == (
        0.21,
        4.26,
        "NAR: This is the optical and science segment of the Webb",
    )
    with pytest.raises(CaptionsUnavailable, match=r"PGS \(pictures of letters\) is not read"):
        embedded_captions(real / "video" / "popeye_p1.mkv", "popeye.mkv", "auto")


def test_reading_stops_where_a_file_is_cut_off(tmp_path) -> None:
    clip = write_subtitled(tmp_path / "a.mkv", [("subrip", "eng", EN)])
    clip.write_bytes(clip.read_bytes()[:-2000])
    found = subtitles.read(clip, scan(clip))
    assert set(found) == {"tracks", "unread", "spoken"}
