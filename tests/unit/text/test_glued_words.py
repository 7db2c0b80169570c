"""Words read without the space between them are parted; what is one word stays."""

from __future__ import annotations

import pytest

from core.text.glued_words import parted


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Goodeveningandwelcometo thenews", "Good evening and welcome to the news"),
        ("Doctors sayitissafe", "Doctors say it is safe"),
        ("Have you had your injectionyet?", "Have you had your injection yet?"),
        ("The vaccine protects older people", "The vaccine protects older people"),
        ("Zhongwei, McDonald and Kazuhiko", "Zhongwei, McDonald and Kazuhiko"),
        ("the omicron variant", "the omicron variant"),
        ("老年人 Covid-19 疫苗", "老年人 Covid-19 疫苗"),
        ("ABCDEFGHJK", "ABCDEFGHJK"),
        ("", ""),
    ],
)
def test_glued_words_are_parted(read: str, meant: str) -> None:
    assert parted(read) == meant
