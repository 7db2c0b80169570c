"""Caption files that are not UTF-8, or not quite."""

from __future__ import annotations

import pytest

from tests.caption_texts import srt, texts

ENCODED = {
    "gb18030": ("港口今天早上提早开放", "老年人要接种新冠疫苗吗？", "他说学校没有课", "你好"),
    "big5": ("港口今天早上提早開放", "他們說學校沒有課", "颱風明天會接近台灣東部"),
    "big5hkscs": ("佢哋話聽日有颱風，記得帶遮",),
    "shift_jis": ("今日は天気がいいですね", "カタカナのテスト", "東京から"),
    "euc_jp": ("港は今朝早く開きました。",),
    "euc_kr": ("항구가 오늘 아침 일찍 열렸습니다", "감사합니다"),
    "cp1251": ("порт открылся рано утром", "порт сьогодні відкрився, її паром"),
    "koi8-r": ("порт открылся рано утром",),
    "cp1252": ("déjà vu à l'été", "El puerto abrió temprano esta mañana", "“It’s early” he said"),
    "cp1250": ("Dziś rano port został wcześnie otwarty, żegluga ruszyła",),
    "cp1253": ("Το λιμάνι άνοιξε νωρίς σήμερα",),
    "cp1254": ("Liman bu sabah erken açıldı, gemiler şimdi kalkıyor",),
    "cp1255": ("הנמל נפתח מוקדם הבוקר",),
    "cp1256": ("افتتح الميناء مبكرا هذا الصباح",),
    "cp874": ("ท่าเรือเปิดแต่เช้าวันนี้",),
    "utf-16-le": ("港口今天早上提早开放",),
    "utf-16": ("港口今天早上提早开放", "порт открылся"),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_short_files_of_an_older_encoding(encoding: str) -> None:
    for line in ENCODED[encoding]:
        assert texts("a.srt", srt(line).encode(encoding)) == [line]


@pytest.mark.parametrize(
    "line", ["船长说他们等待灯塔的信号", "порт открылся рано утром", "naïve café à gogo"]
)
def test_a_bad_byte_costs_one_character(line: str) -> None:
    data = srt(line, line).encode()
    place = data.index(line[2].encode()) + len(line[2].encode())
    for bad in (b"\xff", b"\xe7\x81", b"\x80"):
        first, second = texts("a.srt", data[:place] + bad + data[place:])
        assert first.replace("\ufffd", "") == line
        assert second == line
