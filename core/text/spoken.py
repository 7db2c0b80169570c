"""A caption as its words need it: what is said, without marks of sounds and names of speakers.

Nothing of it is stored or shown: captions stay as they are written.
"""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans(
    {**dict.fromkeys("’‘ʼ‛`´′＇", "'"), **dict.fromkeys('“”„‟«»「」『』〝〞″', '"'),
     **dict.fromkeys("…™®©", " "), **dict.fromkeys("—–―‒−", " - ")}
)  # fmt: skip
_SOUNDS = (
    "applau|laugh|music|cheer|chuckl|giggl|sigh|gasp|cough|cries|crying|sobb|scream|shout|whisper|"
    "inaudible|indistinct|unintelligible|crosstalk|silence|pause|sings|singing|humm|beep|buzz|siren|"
    "gunshot|gunfire|explosion|thunder|bark|footsteps|knock|clears throat|foreign|speaking|speaks|"
    "sound|noise|static|chatter|clapp|groan|grunt|sniff|whistl|phone ring|bell|translat|"
    "música|musica|musique|musik|muzyka|müzik|âm nhạc|aplauso|applaudissement|applaus|palmas|risas|"
    "risos|rires|risate|gelächter|lachen|музык|аплодисмент|смех|موسيقى|تصفيق|ضحك|संगीत|ताल|हँसी|"
    "ดนตรี|ปรบมือ|หัวเราะ|음악|박수|웃음"
)
_SOUND = re.compile(rf"\b(?:{_SOUNDS})", re.IGNORECASE)
_CHINESE_SOUND = re.compile(  # and Japanese
    r"(?:[\w\s]{0,6}(?:[声聲]|音乐|音樂|音楽|鼓掌|拍手|欢呼|歡呼|大笑|哭泣|叹气|嘆氣|噪音|听不清|聽不清|"
    r"歌曲|片头曲|片尾曲|配乐|伴奏)|笑い?|哭|泣)"
)
_SQUARE = re.compile(r"\[[^\[\]]{0,40}\]")
_BRACKETS = re.compile(r"[(【{*]([^()【】{}*]{1,40})[)】}*]")
_ALONE = re.compile(r"\W*[(【][^()【】]*[)】]\W*")
# Begins with a capital; up to three more words.
_NAME = (
    r"[^\W\d_a-zß-ÿ][\w.'-]{0,30}"
    r"(?: [^\W\d_a-zß-ÿ#][\w.'-]{0,30}| #?\d{1,2}){0,3}"
)
_CHEVRONS = re.compile(rf">{{2,}}\s*(?:\[?{_NAME}\]?\s*:(?=\s|$))?|(?<!\S)>(?=\s)")
_DASHED = re.compile(rf"(?:(?<=^)|(?<=\s))-\s?{_NAME}:(?=\s)")
_CAPITALS = re.compile(
    r"(?:(?<=^)|(?<=[.?!\"] )|(?<=^- )|(?<=^-))"
    r"((?:[A-ZÀ-ÞА-Я]{2}[A-ZÀ-ÞА-Я.'-]{0,30}|[A-Z]\.|(?:Dr|Mr|Mrs|Ms)\.?)"
    r"(?: (?:[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'-]{0,30}|#?\d{1,2})){0,2}):(?=\s)"
)
_ROLES = re.compile(
    r"^\W*(?:(?:speaker|host|co-host|reporter|narrator|interviewer|interviewee|announcer|man|woman|"
    r"anchor|moderator|presenter|voice ?over|audience|translator|interpreter|all|both)"
    r"(?: #?\d{1,2}| [a-z])?"
    r"|(?:主持人|主播|记者|記者|旁白|画外音|畫外音|嘉宾|嘉賓|解说|解說|专家|專家|观众|觀眾|同期声|男声|女声|"
    r"司会|記者|ナレーション|진행자|기자|앵커)[\w·]{0,6}):",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    ("THE", "A", "AN", "AND", "OF", "TO", "IS", "THAT", "YOU", "IT", "FOR", "THIS", "WAS", "ARE",
     "WITH", "WE", "IN", "ON", "AT", "BY", "JUST", "NOW", "BREAKING", "NEWS", "WARNING", "NOTE",
     "UPDATE", "COVID")
)  # fmt: skip
_ARABIC = re.compile("[\u0640\u064b-\u0652\u0670]")  # a stretched line, and vowel signs
_JOINERS = re.compile(
    "[\u200c\u200d](?![^\\W\\d_])|(?<![\\w\u094d])[\u200c\u200d]|[\ufe00-\ufe0f\u20e3]"
)
_DASHES = re.compile(r"(?<![\w])-+(?=[^\W\d])|-{2,}|(?<=\w)-(?!\w)")
_SPACES = re.compile(r"\s+")


def spoken(text: str) -> str:
    """NFKC, with straight quotes; sound marks such as [applause] and （音乐）, speakers such as
    ">> ANNA:", dashes of a dialogue, emoji and other signs are spaces."""
    said = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    if _ALONE.fullmatch(said):
        return ""
    said = _BRACKETS.sub(_unless_sound, _SQUARE.sub(" ", said))
    said = _CHEVRONS.sub(" ", _DASHED.sub(" ", said))
    said = _ROLES.sub(" ", _CAPITALS.sub(_unless_words, said.strip()))
    said = "".join(" " if _is_sign(letter) else letter for letter in said)
    said = _ARABIC.sub("", _JOINERS.sub("", said))
    return _SPACES.sub(" ", _DASHES.sub(" ", said)).strip()


def _unless_sound(bracket: re.Match[str]) -> str:
    inside = bracket[1].strip()
    sound = _SOUND.search(inside) or _CHINESE_SOUND.fullmatch(inside)
    return " " if sound else bracket[0]


def _unless_words(name: re.Match[str]) -> str:
    """A speaker goes; "THIS JUST IN:" and other words in capitals stay."""
    return name[0] if _NO_NAMES & set(name[1].replace("-", " ").split()) else " "


def _is_sign(letter: str) -> bool:
    """Emoji, notes, arrows and other symbols; colours of skin; what is no character yet."""
    if letter < "\x7f":
        return False
    return unicodedata.category(letter) in ("So", "Sk", "Co", "Cn", "Cs") or (
        "\U000e0000" <= letter <= "\U000e007f"
    )
