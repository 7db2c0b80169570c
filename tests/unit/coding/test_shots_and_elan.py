"""Shots as what is coded, and codings on their way to ELAN and back."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import asdict
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from core.__main__ import main
from core.errors import InvalidSetting
from core.export.coding_tiers import coding_tiers
from core.export.elan import Tier, eaf_bytes
from core.export.stretches import Stretch
from core.pipeline.coding.draw_sample import draw_sample, shots_by_group
from core.pipeline.coding.import_elan import import_codings, import_tags, read_elan
from core.pipeline.coding.predict import predict
from core.pipeline.coding.reliability import coding_rows, reliability
from core.records import Category, FrameId
from core.storage import Database, cuts, left_out, videos
from core.storage.annotations import tags
from core.storage.coding import categories, samples
from core.video.shots import Shots
from tests.synthetic import make_run


@pytest.fixture
def coded(db: Database) -> dict[str, str]:
    """Two videos of six scenes each, all shots drawn, and two categories by name."""
    make_run(db, (24, 24), latent=6, every_k=(), layouts=())
    draw_sample(db, "s", len(shots_by_group(db)[0]), unit="shot")
    return {name: categories.add(db, Category("", name)).id for name in ("studio", "street")}


def test_shots_lie_between_true_cuts_where_they_are_known(db: Database) -> None:
    make_run(db, (24, 24), latent=6, every_k=(), layouts=())  # a frame each 2 s
    before, _, _ = shots_by_group(db)
    cuts.write(
        db, "video1", asdict(Shots(0.0, 48.0, 99, [9.9, 10.0, 10.1, 30.5], [0], [1.0], [1.0]))
    )
    listed, _, ends = shots_by_group(db)
    pairs = [(f.index, end) for f, end in zip(listed, ends, strict=True) if f.video_id == "video1"]
    assert pairs == [(0, 4), (5, 5), (6, 15), (16, 23)]  # frame 5 is at 10 s, 16 at 32 s
    assert [f for f in listed if f.video_id == "video0"] == [
        f for f in before if f.video_id == "video0"
    ]


def _shot_codings(db: Database, coded: dict[str, str]) -> None:
    for frame in samples.get(db, "s").frames:
        for coder in ("Ann", "Bo"):
            name = "studio" if frame.index < 12 else "street"
            samples.code(db, "s", coder, frame, coded[name])


def test_shots_cover_every_frame_once_and_are_coded_as_one(
    db: Database, coded: dict[str, str]
) -> None:
    drawn = samples.get(db, "s")
    assert drawn.unit == "shot"
    covered = [
        FrameId(frame.video_id, index)
        for frame, last in zip(drawn.frames, drawn.until, strict=True)
        for index in range(frame.index, last + 1)
    ]
    every = [FrameId(v, index) for v in ("video0", "video1") for index in range(24)]
    assert sorted(covered) == every and len(drawn.frames) >= 12
    assert drawn.last(drawn.frames[3]) == drawn.until[3]
    _shot_codings(db, coded)
    assert reliability(db, "s").overall.units == len(drawn.frames)
    row = coding_rows(db, "s")[0]
    assert row["unit"] == "shot" and row["last_index"] >= row["frame_index"]
    assert predict(db, "synthetic-run", "s").frames == 48  # all frames of the shots
    left_out.add(db, [FrameId("video0", index) for index in range(3)], "titles")
    assert predict(db, "synthetic-run", "s").frames == 45


def test_codings_go_to_elan_and_come_back(
    db: Database, coded: dict[str, str], tmp_path: Path
) -> None:
    _shot_codings(db, coded)
    given = {(one.coder, one.frame): one.category for one in samples.codings_of(db, "s")}
    video = videos.get(db, "video0")
    tiers = list(coding_tiers(db, video))
    assert [tier.name for tier in tiers] == ["coded by Ann", "coded by Bo"]
    whole = sum(one.end_s - one.start_s for one in tiers[0].stretches)
    assert whole == pytest.approx(48.0)
    drawn = samples.get(db, "s")
    samples.delete(db, "s")
    samples.add(db, drawn)
    path = tmp_path / "video0.eaf"
    path.write_bytes(eaf_bytes(tiers, properties={"video_id": "video0"}))
    assert main(["coding", "import", "s", str(path)]) == 0
    back = {(one.coder, one.frame): one.category for one in samples.codings_of(db, "s")}
    assert back == {key: one for key, one in given.items() if key[1].video_id == "video0"}


def _foreign(values: list[tuple[float, float, str]], participant: str = "") -> bytes:
    """As ELAN writes: the film's name alone says which video it is."""
    tier = Tier("scene", [Stretch(*one) for one in values])
    root = fromstring(eaf_bytes([tier], Path("/elsewhere/us.mp4")))
    if participant:
        root.find("TIER").set("PARTICIPANT", participant)
    return ET.tostring(root)


def test_another_programs_file_is_read_by_its_films_name(
    db: Database, coded: dict[str, str]
) -> None:
    data = _foreign([(0.0, 30.0, "Studio"), (30.0, 40.0, "beach")], "Cy")
    taken = import_codings(db, "s", data)
    assert taken.unknown == ("beach",) and "Left out" in taken.said
    coders = samples.coders(db, "s")
    assert coders == {"Cy": taken.made} and taken.made >= 3
    tagged = import_tags(db, data)
    assert tagged.made == 20
    assert len(tags.frames_with(db, "beach")) == 5


def test_references_have_the_time_of_what_they_refer_to() -> None:
    root = fromstring(_foreign([(1.0, 2.0, "a")]))
    tier = ET.SubElement(root, "TIER", {"TIER_ID": "notes", "LINGUISTIC_TYPE_REF": "x"})
    for number, to in (("r1", "a1"), ("r2", "r1"), ("r3", "r4"), ("r4", "r3")):
        one = ET.SubElement(
            ET.SubElement(tier, "ANNOTATION"),
            "REF_ANNOTATION",
            {"ANNOTATION_ID": number, "ANNOTATION_REF": to},
        )
        ET.SubElement(one, "ANNOTATION_VALUE").text = number
    found = read_elan(ET.tostring(root)).tiers["notes"]
    assert [(one.start_s, one.text) for one in found] == [(1.0, "r1"), (1.0, "r2")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"<x/>", "no ELAN file"),
        (b"not xml", "cannot be read"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_DOCUMENT/>', "cannot be read"),
        (b"<ANNOTATION_DOCUMENT/>", "not clear"),
    ],
)
def test_what_is_no_elan_file_is_said_and_changes_nothing(
    db: Database, coded: dict[str, str], written: bytes, said: str
) -> None:
    with pytest.raises(InvalidSetting, match=said):
        import_codings(db, "s", written)
    assert samples.coders(db, "s") == {}


def test_tiers_are_named_or_have_a_category(db: Database, coded: dict[str, str]) -> None:
    data = _foreign([(0.0, 9.0, "nothing known")])
    with pytest.raises(InvalidSetting, match="No value"):
        import_codings(db, "s", data)
    with pytest.raises(InvalidSetting, match="no tier 'x'"):
        import_codings(db, "s", data, only=["x"])
