"""Which of the encodings before Unicode a text has: the one in which it reads most like a language.

For every encoding in which all bytes (but a few) are characters, the text's likelihood is taken
under rough letter frequencies of the languages written in it, and the best one wins. Detectors that
look at bytes alone need pages of text; captions may be five lines.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from charset_normalizer import from_bytes

from core.text.scripts import simplified

_READ = 8000  # bytes that are looked at
_BAD = 0.02  # of the characters beyond ASCII that may be damaged
# Logarithms of likelihoods: a small letter, another character of ASCII, a rare one, and none.
_ASCII, _CAPITAL, _RARE, _DAMAGED = -3.0, -4.5, -14.0, -16.0
_DOUBTFUL = -9.5  # for a character beyond ASCII on average: then the text is of none of these
_TIMES = re.compile(rb"^[\d\s:.,>\-\[\]{}]*$", re.MULTILINE)


class _Language(NamedTuple):
    """Its characters beyond ASCII, the most frequent first, and how much of it they are."""

    letters: str
    share: float  # of a text's characters beyond ASCII
    flat: float  # the rank up to which letters are about as frequent


_PUNCTUATION = "’“”‘…–—«»„‚‹›°·•½¼¾€£§©®™¿¡ªº"
_CJK_MARKS = "，。、？！：；“”‘’（）《》「」『』…—·【】〈〉　～％"
# The most frequent syllables of Korean, about two thirds of a text.
_HANGUL = (
    "이다는에의가을하고지로도기한사은를서대인자리어해시아그나들수있부정과라일전스제구주보것공여오만"
    "년장동원으안우성마조국유경상신용러비게선세요면내방화야행무모연관되소물당미발심생간치위출거개회학실각바"
    "했습니까계결중분호적른운재트진식말음저산교설명네없에노문양금단반두속력업드또데영히차본강타점외통형"
    "확초피남청추민체래입늘작르항종약건복즈활던었았였겠겨져줘봐돼네요죠난날남북년월일시작밤낮침"
)
_KANA = (
    "のにはをたがでてとしれさいあるものことかられなすうりませよくっだけそきどみこまおえわやめんらつちせひほ"
    "ろばじべゆずげふねぬぶぎょゃゅぐござぜぞづびぼむへ"
    "ーンスルトリアイラクドシレタロテフカコマッムサオメプジニバィナパキデウエグャセチツモブュミハソダワヤノベポズホケョネピガボユペザァェゴゼビフォヴ"
)
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_SMALL: dict[str, tuple[str, ...]] = {  # lower-case letters beyond ASCII of languages in one byte
    "cp1252": (
        "éàèçêôûùâîïëœ",
        "äüößéà",
        "óáíéñúü",
        "ãçáéóêíõâúàô",
        "åäöé",
        "åøæé",
        "àèìòùé",
        "ëéïóöü",
        "ðþáíéúóýöæ",
    ),
    "cp1250": ("ąłężśćóńź", "íáěéýřčžšůúďťňó", "áéőöíüóúű", "ăşţîâ", "čšžćđ"),
    "cp1251": (
        _RUSSIAN,
        "оаинтевіорслкдмпуязьгбчйхжїшюцєщфґ",
        "аеиотнрсвлдкпмзуъябгчйжшщцюфьхћђњљј",
    ),
    "koi8-r": (_RUSSIAN,),
    "iso8859-5": (_RUSSIAN,),
    "cp1253": ("αοιετνησρκπίυμλςάόήέγδωώύθχφβξζψϊΐ",),
    "cp1254": ("ıişğüçöâ",),
    "cp1255": ("יוהלאתרבמשנםעדחקפגטסכזןצךףץ",),
    "cp1256": ("اليمونرتبةعدسفهكقحجأشطصخإضذىثغزءئظؤآ،؟", "ایندرهوتمبسشکزگخلعفقحپآجچصطغضذظثژ،؟"),
    "cp1257": ("āīšēūžķļņģč", "ėšžųįąūčę", "äõüöšž"),
    "cp874": ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผซถธศภฟญณษฐฎฉฮฬฏ่้ัีิืุู็์ำๆ",),
}
_DOUBLE = ("gb18030", "big5hkscs", "cp950", "cp932", "euc_jp", "cp949", "utf-16-le", "utf-16-be")


def best_decoded(data: bytes) -> str:
    """The text of `data`, which is not UTF-8; a byte that is no character is U+FFFD.

    Where no language fits, as charset-normalizer says, else as Windows-1252.
    """
    sample = _TIMES.sub(b"", data[:_READ])
    rated = [
        (rating, encoding)
        for encoding in (*_DOUBLE, *_SMALL)
        if (rating := _rating(sample, encoding)) is not None
    ]
    best = max(rated, default=None)
    if best is not None and best[0][1] > _DOUBTFUL:
        return data.decode(best[1], errors="replace")
    guessed = from_bytes(data[:_READ]).best()
    encoding = guessed.encoding if guessed is not None else "cp1252"
    return data.decode(encoding, errors="replace")


def _rating(sample: bytes, encoding: str) -> tuple[float, float] | None:
    """The likelihood of the sample in an encoding, and that of a character beyond ASCII; None
    where it cannot be read so."""
    if encoding.startswith("utf-16") and len(sample) % 2:
        sample = sample[:-1]
    text = sample.decode(encoding, errors="replace")
    if text.endswith("\ufffd"):  # the sample ends inside a character
        text = text[:-1]
    beyond = [letter for letter in text if letter > "\x7f"]
    if not beyond or beyond.count("\ufffd") > max(1.0, _BAD * len(beyond)):
        return None
    read = simplified(text) if encoding in ("big5hkscs", "cp950") else text
    letters = [letter for letter in read if letter > "\x7f"]
    best = max(sum(_likelihood(letter, table) for letter in letters) for table in _tables(encoding))
    return best + sum(map(_of_ascii, text)), best / len(letters)


@functools.cache
def _of_ascii(letter: str) -> float:
    """0 for what is beyond ASCII. Letters are as likely as in any language; other marks are not."""
    if letter > "\x7f":
        return 0.0
    if letter.islower() or letter in " \n":
        return _ASCII
    return _CAPITAL if letter.isprintable() or letter in "\r\t" else _DAMAGED


def _likelihood(letter: str, table: dict[str, float]) -> float:
    if letter == "\ufffd":
        return _DAMAGED
    found = table.get(letter)
    if found is not None:
        return found
    return _RARE if unicodedata.category(letter)[0] in "LMNPSZ" else _DAMAGED


@functools.cache
def _tables(encoding: str) -> tuple[dict[str, float], ...]:
    """Logarithms of likelihoods, a table for each language of an encoding."""
    if encoding in ("gb18030", "big5hkscs", "cp950"):
        return (_chinese(),)
    if encoding in ("cp932", "euc_jp"):
        return (_japanese(),)
    if encoding == "cp949":
        return (_korean(),)
    if encoding.startswith("utf-16"):
        return _chinese(), _japanese(), _korean()
    return tuple(_alphabet(letters, encoding) for letters in _SMALL[encoding])


@functools.cache
def _hanzi() -> str:
    """The 3,500 characters of most weight in jieba's dictionary, the most frequent first."""
    listed = Path(__file__).with_name("common_characters_chinese.txt")
    return "".join(listed.read_text(encoding="utf-8").split())


@functools.cache
def _chinese() -> dict[str, float]:
    cantonese = "嘅喺咗唔佢哋啲嚟冇嗰噉嘢咁乜咩"
    return _ranked((_hanzi(), 0.84, 30), (cantonese, 0.01, 5), (_CJK_MARKS, 0.12, 3))


@functools.cache
def _japanese() -> dict[str, float]:
    return _ranked((_KANA, 0.58, 8), (_hanzi(), 0.25, 100), (_CJK_MARKS, 0.1, 3))


@functools.cache
def _korean() -> dict[str, float]:
    others = "".join(
        bytes((high, low)).decode("euc_kr")
        for high in range(0xB0, 0xC9)
        for low in range(0xA1, 0xFF)
    )
    return _ranked((others, 0.1, 5000), (dict.fromkeys(_HANGUL), 0.85, 20), (_CJK_MARKS, 0.03, 3))


def _alphabet(letters: str, encoding: str) -> dict[str, float]:
    """A language in one byte: its letters, rarely as capitals, and what English borrows too."""
    capitals = "".join(dict.fromkeys(letter.upper()[:1] for letter in letters))
    whole = _ranked((letters, 0.85, 2), (capitals, 0.06, 4), (_PUNCTUATION, 0.06, 4))
    return {letter: value for letter, value in whole.items() if _fits(letter, encoding)}


def _fits(letter: str, encoding: str) -> bool:
    return bool(letter.encode(encoding, errors="ignore"))


def _ranked(*parts: tuple[str | dict[str, None], float, float]) -> dict[str, float]:
    """Likelihoods that fall with the rank r as 1 / (r + flat), each part having its share."""
    table: dict[str, float] = {}
    for letters, share, flat in parts:
        weights = [1 / (rank + flat) for rank in range(1, len(letters) + 1)]
        total = sum(weights)
        for letter, weight in zip(letters, weights, strict=True):
            value = math.log(share * weight / total)
            table[letter] = max(value, table.get(letter, -math.inf))
    return table
