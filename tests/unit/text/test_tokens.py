"""Words of English and Chinese captions, and which of the two a text is."""

import pytest

from core.text.language import detect
from core.text.tokens import basic_english, chinese, sentence, tokens


def test_basic_english() -> None:
    said = 'It\'s "BA.5", (really)! Why?  no; yes: ok<br />end'
    expected = "it ' s ba . 5 , ( really ) ! why ? no yes ok end"
    assert " ".join(basic_english(said)) == expected


def test_chinese_words_come_without_punctuation() -> None:
    said = "老年人要接种新冠疫苗吗？“应接尽接”，《焦点访谈》——能够达到90%……（左右）"
    said += "·、；：「好」『是』【的】～！"
    found = chinese(said)
    assert "老年人" in found
    assert "90%" in found
    assert not set("".join(found)) & set("？“”，《》—…（）·、；：「」『』【】～！。")
    assert "".join(found) == "老年人要接种新冠疫苗吗应接尽接焦点访谈能够达到90%左右好是的"


def test_the_language_chooses() -> None:
    assert tokens("奥密克戎变异毒株", "auto") == chinese("奥密克戎变异毒株")
    assert tokens("Health officials", "auto") == ["health", "officials"]
    assert tokens("今天 today", "en") == ["今天", "today"]
    assert tokens("", "zh") == []


def test_the_cache_stays_in_the_data_folder(db, monkeypatch) -> None:
    from core.text import tokens as module

    module._tokenizer.cache_clear()
    chinese("疫苗")
    assert (db.files.temporary / "jieba.cache").is_file()
    module._tokenizer.cache_clear()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("health officials here in new york city", "en"),
        ("the news of the day is that we have a plan for you " * 5, "en"),
        ("老年人要接种新冠疫苗吗", "zh"),
        ("新型 COVID 变异毒株 Omicron BA.5 的出现", "zh"),
        ("今日は天気がいいですね、東京から", "other"),
        ("오늘 날씨가 좋네요", "other"),
        ("Сегодня хорошая погода", "other"),
        ("le gouvernement a annoncé hier que les écoles resteront fermées", "other"),
        ("de regering heeft gisteren besloten dat scholen morgen dicht blijven " * 5, "other"),
        ("123 ... !!!", "other"),
    ],
)
def test_detect(text: str, language: str) -> None:
    assert detect(text) == language


def test_sentence() -> None:
    assert sentence(["health", "officials", "", ""]) == "health officials"
    assert sentence(["老年人", "要", "接种", "", "疫苗"]) == "老年人要接种疫苗"
    assert sentence(["达到", "90%", "左右", "的", "covid"]) == "达到 90% 左右的 covid"
    assert sentence(["", ""]) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("老年人要接種新冠疫苗", "老年人 要 接種 新冠 疫苗"),
        ("我哋聽日去睇醫生", "我哋 聽日 去 睇 醫生"),
        ("今天 we have 新冠 vaccine", "今天 we have 新冠 vaccine"),
        ("😀 很好👍🏽 ok❤️", "很 好 ok"),
        ("ＣＯＶＩＤ－１９，ＯＫ！", "covid-19 , ok !"),
        ("El gobierno anunció ayer", "el gobierno anunció ayer"),
        ("أعلنت الحكومة أمس", "أعلنت الحكومة أمس"),
        ("今日は天気がいいですね", "今日 は 天気 が いい です ね"),
        ("오늘 날씨가 좋네요", "오늘 날씨가 좋네요"),
        ("आज मौसम अच्छा है", "आज मौसम अच्छा है"),
        ("Сегодня хорошая погода", "сегодня хорошая погода"),
    ],
)
def test_words_as_one_would_expect(text: str, words: str) -> None:
    assert tokens(text, "auto") == words.split()
