"""The codebook: a tree that stays one, and the same through every file format."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from core.errors import InvalidSetting
from core.export.codebook import codebook_csv, codebook_ecv, codebook_qdc
from core.pipeline.coding.import_codebook import import_codebook
from core.records import Category, Frame, FrameId, Video
from core.storage import Database, videos
from core.storage.coding import categories


@pytest.fixture
def book(db: Database) -> Database:
    """Two levels, with marks that each format must keep."""
    people = categories.add(
        db, Category("", "People", colour="#0072b2", definition="Anybody.\nSeen")
    )
    categories.add(db, Category("", "Street", definition="Outdoors"))
    said = ("a <b> & “c”", "=studio", "crowds")
    categories.add(db, Category("", "专家 & co", people.id, 0, "", *said))
    return db


def _said(db: Database) -> list[tuple[str, ...]]:
    names = {one.id: one.name for one in categories.every(db)}
    return [
        (c.name, names.get(c.parent, ""), c.colour, c.definition, c.inclusion, c.exclusion)
        for c in categories.every(db)
    ]


@pytest.mark.parametrize("kind", ["csv", "qdc"])
def test_a_codebook_comes_back_as_it_was(book: Database, kind: str) -> None:
    before, ids = _said(book), [one.id for one in categories.every(book)]
    listed = categories.every(book)
    data = codebook_csv(listed, {}) if kind == "csv" else codebook_qdc(listed)
    assert import_codebook(book, data).new == 0
    assert _said(book) == before
    for one in (listed[0], listed[2]):
        categories.delete(book, one.id)
    assert categories.every(book) == []
    assert import_codebook(book, data).new == 3
    assert _said(book) == before
    if kind == "qdc":
        assert [one.id for one in categories.every(book)] == ids


def test_the_qdc_is_as_its_schema_has_it(book: Database) -> None:
    """Codebook.xsd of REFI-QDA 1.0: names, order, GUIDs, colours."""
    root = fromstring(codebook_qdc(categories.every(book)))
    space = "{urn:QDA-XML:codebook:1.0}"
    assert root.tag == f"{space}CodeBook"
    assert [child.tag for child in root] == [f"{space}Codes"]
    for code in root.iter(f"{space}Code"):
        assert set(code.keys()) <= {"guid", "name", "isCodable", "color"}
        tags = [child.tag.removeprefix(space) for child in code]
        assert tags == sorted(tags, key=["Description", "NoteRef", "Code"].index)
    people = root[0][0]
    assert (people.get("color"), people.get("isCodable")) == ("#0072B2", "true")
    assert people.find(f"{space}Code").get("name") == "专家 & co"


def test_an_elan_vocabulary_is_read_and_written(book: Database) -> None:
    data = codebook_ecv(categories.every(book))
    root = fromstring(data)
    assert [one.text for one in root.iter("CVE_VALUE")] == ["People", "专家 & co", "Street"]
    assert len({one.get("CVE_ID") for one in root.iter("CV_ENTRY_ML")}) == 3
    old = b"""<ANNOTATION_DOCUMENT><CONTROLLED_VOCABULARY CV_ID="x"><CV_ENTRY DESCRIPTION="A desk">
      studio</CV_ENTRY><CV_ENTRY>Street</CV_ENTRY></CONTROLLED_VOCABULARY></ANNOTATION_DOCUMENT>"""
    assert import_codebook(book, old).new == 1
    assert _said(book)[-1][:4] == ("studio", "", "", "A desk")


def test_foreign_codebooks(db: Database) -> None:
    """As NVivo writes them: another namespace, braces, short colours, several paragraphs."""
    data = """<?xml version="1.0" encoding="utf-8"?>
    <CodeBook xmlns="urn:QDA-XML:codebook:1:0" origin="NVivo"><Codes>
      <Code guid="{2a08bddf-4c35-4250-bf77-7de37b50c930}" name="parent" isCodable="false"
       color="#f80">
        <Description>one

two</Description><Code name="child"/></Code><Code guid="x" name=" "/></Codes></CodeBook>"""
    assert import_codebook(db, data.encode()).categories == 2
    first, second = categories.every(db)
    assert first.id == "2A08BDDF-4C35-4250-BF77-7DE37B50C930"
    assert (first.colour, first.definition) == ("#FF8800", "one\n\ntwo")
    assert (second.name, second.parent) == ("child", first.id)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "no categories"),
        (b"<x", "cannot be read"),
        (b"<x/>", "no categories"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "cannot be read"),
        (b"name,parent\na,b\n", "The parent 'b' of 'a'"),
        (b"name,parent\na,b\nb,a\n", "below itself"),
        (b"name\na\nA\n", "a name twice"),
        (b"name,definition\nok,x\n" + b"y" * 81 + b",x\n", "80 characters"),
        (b"\x00\x01\x02" * 99, "no categories"),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(db: Database, table: bytes, why: str) -> None:
    with pytest.raises(InvalidSetting, match=why):
        import_codebook(db, table)
    assert categories.every(db) == []


def test_a_tree_stays_a_tree(book: Database) -> None:
    people, expert, street = categories.every(book)
    with pytest.raises(InvalidSetting, match="below itself"):
        categories.change(book, people.id, parent=expert.id)
    with pytest.raises(InvalidSetting, match="'Street' already"):
        categories.change(book, people.id, name="street")
    categories.change(book, people.id, name="PEOPLE")
    categories.change(book, street.id, parent=expert.id)
    assert [one.name for one in categories.every(book)] == ["PEOPLE", "专家 & co", "Street"]
    above = street.id
    for level in range(4, 9):
        above = categories.add(book, Category("", f"level {level}", above)).id
    with pytest.raises(InvalidSetting, match="8 levels"):
        categories.add(book, Category("", "too deep", above))
    categories.delete(book, people.id)
    assert categories.every(book) == []


def test_examples_go_with_their_frames(book: Database) -> None:
    videos.add(book, Video("v", "v", "us", "upload", "v.mp4", "en"))
    videos.finish_ingest(book, "v", [Frame("v", 0, 0.0, "0.jpg")], [])
    one = categories.every(book)[0]
    categories.show_as_examples(book, one.id, [FrameId("v", 0)])
    assert categories.examples(book) == {one.id: (FrameId("v", 0),)}
    assert b"v:0" in codebook_csv(categories.every(book), categories.examples(book))
    videos.delete(book, "v")
    assert categories.examples(book) == {}
