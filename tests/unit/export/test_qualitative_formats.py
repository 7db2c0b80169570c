"""Files for programs of qualitative analysis: timed transcripts and a REFI-QDA project."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from defusedxml.ElementTree import fromstring

from core.errors import InvalidSetting
from core.export.qdpx import NAMESPACE, write_qdpx
from core.export.transcripts import stamp, transcript, transcripts
from core.pipeline.coding.draw_sample import draw_sample
from core.records import Caption, Category, Run
from core.storage import Database, captions
from core.storage.coding import categories, samples
from tests.synthetic import make_run

_SPACE = f"{{{NAMESPACE}}}"


@pytest.fixture
def made(db: Database) -> Run:
    return make_run(db, (9, 6), latent=6, every_k=(), layouts=())


@pytest.mark.parametrize(
    ("time_s", "said"),
    [(0, "00:00:00.0"), (3725.27, "01:02:05.3"), (59.96, "00:01:00.0"), (36000, "10:00:00.0")],
)
def test_times_are_read_by_others(time_s: float, said: str) -> None:
    assert stamp(time_s) == said


def test_a_transcript_has_a_time_before_each_segment(db: Database, made: Run) -> None:
    said = [Caption("v", 0, 1.0, 2.0, "one\ntwo"), Caption("v", 1, 61.5, 63.0, "三")]
    text, starts = transcript(said)
    assert text == "[00:00:01.0] one two\n\n[00:01:01.5] 三\n\n"
    assert [text[start] for start in starts] == ["[", "["]
    captions.replace(db, "video1", [], origin="none", timed=True, language="none")
    files = dict(transcripts(db, made.video_ids))
    assert list(files) == ["News-of-us-b-video0.txt"]
    for block in files["News-of-us-b-video0.txt"].decode().strip().split("\n\n"):
        assert re.fullmatch(r"\[\d\d:\d\d:\d\d\.\d\] .+", block)


def test_a_project_is_as_its_schema_has_it(db: Database, made: Run) -> None:
    """Project.xsd of REFI-QDA 1.0: order of elements, GUIDs, milliseconds, references."""
    with pytest.raises(InvalidSetting, match="needs a codebook"):
        write_qdpx(db, made.id)
    studio = categories.add(db, Category("", "studio <b>"))
    frames = draw_sample(db, "s", 6).frames
    for coder in ("Ann", "Bo"):
        samples.code(db, "s", coder, frames[0], studio.id)
        samples.code(db, "s", coder, frames[1], None)
    data = write_qdpx(db, made.id)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = fromstring(archive.read("project.qde"))
        texts = {name: archive.read(name).decode() for name in archive.namelist()[1:]}
    assert [one.tag.removeprefix(_SPACE) for one in root] == ["Users", "CodeBook", "Sources"]
    sources = root.find(f"{_SPACE}Sources")
    for source in sources:
        tags = [one.tag.removeprefix(_SPACE) for one in source]
        assert tags == ["Transcript", *["VideoSelection"] * (len(tags) - 1)]
    guids = [one.get("guid") for one in root.iter() if one.get("guid")]
    assert len(guids) == len(set(guids))
    assert all(re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", guid) for guid in guids)
    selections = list(root.iter(f"{_SPACE}VideoSelection"))
    assert len(selections) == 2  # a frame that no category fits is none
    begin, end = (int(selections[0].get(name)) for name in ("begin", "end"))
    assert (begin, end - begin) == (2000 * frames[0].index, 2000)
    assert {one.get("targetGUID") for one in root.iter(f"{_SPACE}CodeRef")} == {studio.id}
    for of in root.iter(f"{_SPACE}Transcript"):
        text = texts[f"sources/{of.get('plainTextPath').removeprefix('internal://')}"]
        for point in of:
            at = int(point.get("position"))
            assert text[at : at + 12] == f"[{stamp(int(point.get('timeStamp')) / 1000)}]"
