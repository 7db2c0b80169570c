"""Words found in captions: English by the beginnings of words, Chinese anywhere."""

from __future__ import annotations

import pytest

from core.errors import InvalidSetting
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
