"""Words found in captions: English by the beginnings of words, Chinese anywhere."""

from __future__ import annotations

import pytest

from core.errors import InvalidSetting
from core.text import scripts
from core.text.search import caption_query


def _marked(query: str, caption: str) -> list[str]:
    return [caption[start:end] for start, end in caption_query(query).spans(caption)]


@pytest.mark.parametrize(
    ("query", "caption", "marked"),
    [
        ("vaccin", "A Vaccine, vaccination; revaccinate", ["Vaccin", "vaccin"]),
        ("VACCINE boost", "boosters of the vaccine", ["boost", "vaccine"]),
        ("vaccine mask", "a vaccine only", []),
        ("疫苗", "接种新冠疫苗的人", ["疫苗"]),
        ("疫苗 老人", "老人打疫苗", ["老人", "疫苗"]),
        ("ba", "新冠BA.5变异，不是 alba", ["BA"]),
        ("ba.5", "It's called BA.5 now, not BAX5", ["BA.5"]),
        ('"wear a mask"', "Wear  a mask on; a mask to wear", ["Wear  a mask"]),
        ("it's", "It’s it's its", ["It’s", "it's"]),
        ("“wear a”", "wear a mask", ["wear a"]),
        ("mask,", "(mask)", ["mask"]),
        ("straße", "Die STRASSE, die Straße", ["Straße"]),
        ("a an and", "an apple and", ["an", "a", "and"]),
        ("<b>", "<b> is text", ["b"]),
        ("(.*", "anything", []),
    ],
)
def test_words_are_found_where_they_are(query: str, caption: str, marked: list[str]) -> None:
    if query == "(.*":  # nothing of it is a word
        with pytest.raises(InvalidSetting, match="no word"):
            caption_query(query)
        return
    assert _marked(query, caption) == marked


def test_many_captions_at_once_are_as_each_by_itself() -> None:
    captions = [
        "A vaccine",
        "打疫苗",
        "新聞與國語",
        "two\nlines of a vaccine",
        "ｖａｃｃｉｎｅ",
        "no",
    ]
    for text in ("vaccine", "疫苗", "国语", "新聞", '"two lines"', "vaccine lines", "A two"):
        query = caption_query(text)
        alone = {one: query.spans(one) for one in captions if query.spans(one)}
        assert query.spans_of(captions) == alone
        assert alone or text == "A two"  # which no caption has, but all of them together
        assert query.in_some("\n".join(captions))
    assert not caption_query("疫苗 dinosaur").in_some("\n".join(captions))


def test_a_line_that_would_change_its_length_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Longer:
        def convert(self, text: str) -> str:
            return text.replace("國", "国国").replace("語", "语")

    monkeypatch.setattr(scripts, "_converter", Longer)
    scripts._one.cache_clear()
    assert scripts.simplified("國語\n新語") == "國语\n新语"
    scripts._one.cache_clear()


def test_case_is_that_of_every_letter() -> None:
    assert _marked("éTÉ", "L'Été dernier") == ["Été"]


@pytest.mark.parametrize("text", ["", "  ", "!?", "a" * 201, " ".join(f"w{i}" for i in range(21))])
def test_what_cannot_be_looked_for_says_why(text: str) -> None:
    with pytest.raises(InvalidSetting, match="type"):
        caption_query(text)


def test_a_hostile_query_takes_no_time() -> None:
    caption = "a" * 100_000 + " " * 100_000
    assert caption_query('"' + "a " * 20 + '"').spans(caption) == []
    assert caption_query("'" * 150 + "b").spans("'" * 100_000) == []
