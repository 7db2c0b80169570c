"""The words of captions as people write them: quotes, sounds, speakers, scripts, languages."""

from __future__ import annotations

import pytest

from core.pipeline.comparison.typical_words import typical_words
from core.pipeline.search import find_frames
from core.storage import Database, analyses, captions, videos
from core.text.captions import parse
from core.text.language import code, detect
from core.text.language_parts import language_parts
from core.text.meaning import has_words, words_of
from core.text.search import caption_query
from core.text.stop_words import telling_words
from core.text.tokens import published_tokens, sentence, tokens
from tests.synthetic import make_run


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("don’t wait, it’s “the harbour”", "don't wait, it's \"the harbour\""),
        ("ＣＯＶＩＤ vaccines ９０％ now！", "COVID vaccines 90% now!"),
        ("the harbour—opened…", "the harbour opened"),
        ("[applause] the harbour (Music playing) opened [ __ ]", "the harbour opened"),
        ("♪ the harbour ♪ *laughs*", "the harbour"),
        (">> ANNA LEE: the harbour opened. BOB: we left", "the harbour opened. we left"),
        (">> Anna: the harbour >>> opened", "the harbour opened"),
        ("- the harbour? -We left - Anna: now", "the harbour? we left now"),
        ("Speaker 2: the harbour", "the harbour"),
        ("ﬁne harbour 🚢👨‍👩‍👧❤️ open🇹🇼", "fine harbour open"),
    ],
)
def test_english_is_what_is_said(written: str, same: str) -> None:
    assert tokens(written, "en") == tokens(same, "en")
    assert tokens(same, "en")


def test_words_that_look_like_names_and_sounds_stay() -> None:
    said = "Remember: wash your hands (about 90%). THIS JUST IN: storm. COVID-19, R&D, $5, 5:30"
    expected = (
        "remember wash your hands ( about 90% ) . this just in storm . covid-19 , r&d , $5 , 5 30"
    )
    assert " ".join(tokens(said, "en")) == expected


@pytest.mark.parametrize("nothing", ["[Music]", "(door slams)", "♪♪", "（掌声）", "🚢", "- ", ">>"])
def test_a_sound_alone_has_no_words(nothing: str) -> None:
    assert tokens(nothing, "auto") == telling_words(nothing, "zh") == []


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("（音乐）港口开放了（掌声）", "港口开放了"),
        ("主持人：港口开放了", "港口开放了"),
        ("【笑】港口ＣＯＶＩＤ开放🚢", "港口COVID开放"),
    ],
)
def test_chinese_is_what_is_said(written: str, same: str) -> None:
    assert tokens(written, "zh") == tokens(same, "zh") != []


SIMPLIFIED = "这些说法没有根据，因为他们还没有开始进行检查，台风会接近这个港口"
TRADITIONAL = "這些說法沒有根據，因為他們還沒有開始進行檢查，颱風會接近這個港口"


def test_traditional_characters_are_cut_and_left_out_like_simplified_ones() -> None:
    simple, traditional = telling_words(SIMPLIFIED, "zh"), telling_words(TRADITIONAL, "zh")
    assert [len(word) for word in traditional] == [len(word) for word in simple]
    assert {"颱風", "檢查", "說法"} <= set(traditional)
    assert not {"這些", "沒有", "因為", "他們", "還", "會", "這個"} & set(traditional)


def test_cantonese_function_words_are_none_that_tell() -> None:
    assert telling_words("佢哋話聽日有颱風，喺度等緊我哋，唔係咁嘅嘢", "zh") == [
        "話",
        "聽日",
        "颱風",
    ]
    assert published_tokens("佢哋喺港口", "zh") == published_tokens("佢哋喺港口", "auto")


def test_a_bilingual_caption_is_two_languages() -> None:
    said = "港口今天早上提早开放 The harbour opened early this morning"
    assert language_parts(said, "zh") == [
        ("zh", "港口今天早上提早开放"),
        ("en", "The harbour opened early this morning"),
    ]
    assert tokens(said, "zh")[-2:] == ["this", "morning"]
    assert detect(said) == "zh"
    assert [known for known, _ in language_parts(said, "en")] == ["zh", "en"]
    for one in ("新型 COVID 变异毒株 Omicron BA.5 的出现", "苹果发布 iPhone 15 Pro Max 手机了"):
        assert language_parts(one, "zh") == [("zh", one)]
    assert language_parts("the harbour of 港口 was open", "en")[0][0] == "en"


LANGUAGES = {
    "ja": ("今日は東京の港が早く開きました", {"東京", "港"}, {"は", "の", "が"}),
    "ko": ("오늘 아침 항구가 일찍 열렸습니다 그리고", {"항구가", "아침"}, {"그리고"}),
    "th": ("ท่าเรือเปิดแต่เช้าวันนี้", {"ท่าเรือ", "เปิด"}, {"แต่", "นี้"}),
    "ar": ("افتتح المِيناء مبكرا هذا الصباح في المدينة", {"الميناء", "المدينة"}, {"في", "هذا"}),
    "hi": ("बंदरगाह आज सुबह जल्दी खुल गया है", {"बंदरगाह", "सुबह"}, {"है", "गया"}),
    "ru": ("Сегодня порт открылся рано, и паромы ушли", {"порт", "паромы"}, {"и"}),
    "es": ("El puerto abrió temprano, ¿por qué no salió el barco?", {"puerto", "barco"}, {"el"}),
    "fr": ("Le port a ouvert tôt et les bateaux sont partis", {"port", "bateaux"}, {"le", "sont"}),
    "de": ("Der Hafen wurde früh geöffnet und die Fähren fuhren", {"hafen", "fähren"}, {"und"}),
    "uk": ("Порт сьогодні відкрився рано, і її пором пішов", {"порт", "пором"}, {"і", "її"}),
    "he": ("הנמל נפתח מוקדם הבוקר של היום", {"הנמל"}, {"של"}),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_beyond_english_and_chinese(language: str) -> None:
    text, there, left_out = LANGUAGES[language]
    assert detect(text) == "other"
    assert code(text) == language
    assert left_out <= set(tokens(text, "other"))
    told = set(telling_words(text, "other"))
    assert there <= told
    assert not left_out & told


def test_words_of_scripts_without_spaces_are_joined_without() -> None:
    assert sentence(["港", "が", "開き", "ました", "early"]) == "港が開きました early"


def test_a_language_is_known_by_its_script_or_not_at_all() -> None:
    assert code("") == code("123 !") == ""
    assert code("the harbour opened early this morning") == "en"
    assert code("港口今天早上提早开放") == "zh"
    assert code("بندر امروز صبح زود باز شد و کشتی‌ها رفتند") == "fa"


@pytest.mark.parametrize(
    ("typed", "caption", "marked"),
    [
        ("東京", "今日は東京の港", ["東京"]),
        ("ميناء", "افتتح الميناء مبكرا", ["ميناء"]),
        ("台风", "明天有颱風", ["颱風"]),
        ("颱風", "明天有台风", ["台风"]),
        ("covid", "ＣＯＶＩＤ疫苗", ["ＣＯＶＩＤ"]),
        ("don't", "I don’t know", ["don’t"]),
        ("порт", "Сегодня порт открыт", ["порт"]),
        ("ort", "der Hafenort", []),
    ],
)
def test_search_in_other_scripts(typed: str, caption: str, marked: list[str]) -> None:
    found = caption_query(typed).spans(caption)
    assert [caption[start:end] for start, end in found] == marked


JAPANESE = (
    "東京の港が早く開きました。",
    "フェリーは霧の中で待ちました。",
    "灯台の信号を見ました。",
)
ARABIC = ("افتتح الميناء مبكرا هذا الصباح.", "انتظرت العبارات في الضباب.", "رأينا إشارة المنارة.")


def test_a_library_of_two_other_languages_is_compared_and_searched(db: Database) -> None:
    run = make_run(db, (18, 22), latent=6, every_k=(4,), layouts=())
    for video_id, lines in (("video0", JAPANESE), ("video1", ARABIC)):
        videos.update(db, video_id, language="other")
        for one in captions.of_video(db, video_id):
            text = lines[one.position % len(lines)]
            times = {"start_s": one.start_s, "end_s": one.end_s}
            captions.correct(db, video_id, one.position, text=text, **times)
    (clustering,) = analyses.clusterings_of(db, run.id)
    said = [line.text for lines in typical_words(db, clustering).values() for line in lines]
    assert any(text in "".join(JAPANESE) for text in said)
    assert any(text in " ".join(ARABIC) for text in said)
    for typed, video_id in (("港", "video0"), ("ميناء", "video1")):
        found = find_frames.by_captions(db, run, typed)
        assert {one.frame.video_id for one in found.results} == {video_id}


def test_curly_quotes_in_a_file_make_no_words_of_their_own() -> None:
    curly, straight = (
        [telling_words(one.text, "en") for one in parse("a.srt", srt(quote)).segments]
        for quote in ("’", "'")
    )
    assert curly == straight == [["wait", "harbour"], ["leave"]]


def srt(quote: str) -> bytes:
    lines = (f"don{quote}t wait, it{quote}s the harbour [applause]", f"we can{quote}t leave")
    return "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(lines)
    ).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[applause]",
        "（音乐）",
        ">> ANNA:",
        "…—",
        "😀 ♪",
        "so",
        "12 %",
        "疫苗。",
        "[music] ありがとう",
        "Ça",
    ],
)
def test_a_text_has_words_where_some_are_listed(text: str) -> None:
    assert has_words(text) == bool(words_of(text))
