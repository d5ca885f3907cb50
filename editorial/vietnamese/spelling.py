"""How text is written: one spelling of every letter, nothing invisible, and the keys made from it (search, address)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from slugify import slugify

TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: ICU's order
SLUG_MAX = 80
READING_SPEED = 250  # syllables a minute, read in silence

_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Controls; joiners, bidirectional marks and other format characters; halves of characters; tags; what is no character.
# Not the soft hyphen: in text from the TCVN3 encoding it is the letter ư, and intake has still to recognise that.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
_SPACE = re.compile("[\u1680\u2000-\u200a\u205f\u3000]")
_HARD_SPACE = re.compile("[\u00a0\u2007\u202f]+")
_UNIT = re.compile(
    r"[0-9%‰°₫€$]|(?:đ|ð|đồng|nghìn|ngàn|vạn|triệu|tỷ|tỉ|VND|VNĐ|USD|EUR|mm|cm|dm|m|km|ha|mm²|cm²|m²|km²|cm³|m³|mg|g|kg|yến|tạ|tấn|"
    r"ml|l|lít|giây|phút|giờ|ngày|tuần|tháng|năm|tuổi|W|kW|MW|kWh|V|Hz|kHz|MHz|GHz|KB|MB|GB|TB)(?!\w)"
)
_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_STROKES = str.maketrans({"đ": "d", "ð": "d", "\u00ad": ""})
_TONE_BEFORE_SHAPE = re.compile("([AEOaeo])([\u031b\u0323]*)([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
_BLANK = re.compile("[ \t\n]+")


def _vowels() -> Iterable[str]:
    for vowel in "aăâeêioôơuưy":
        for tone in ("", *TONES):
            yield unicodedata.normalize("NFC", vowel + tone)


_VOWELS = "".join(_vowels())
# What tells Vietnamese from Icelandic and Faroese, which share á é í ó ú ý with it and are the living users of ð.
_TELLTALE = re.compile(f"[{''.join(set(_VOWELS) - set('aeiouyáéíóúý'))}]", re.IGNORECASE)
_ETH_SYLLABLE = re.compile(f"ð[{_VOWELS}]{{1,3}}(?:ch|nh|ng|[ckmnpt])?")
_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """The one form in which text is stored: `tidy`, with Đ where an old keyboard left its look-alike."""
    return mend_eth(tidy(text))


def tidy(text: str) -> str:
    """NFC, every line end a newline, nothing invisible, plain spaces.

    A no-break space stays between a number and its unit or the next group of digits, and is a plain space elsewhere.
    """
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if "\u0302" in text or "\u0306" in text:  # still loose after NFC: the tone was typed before the shape, á + ^ for ấ
        text = _TONE_BEFORE_SHAPE.sub(r"\1\2\4\3", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return _HARD_SPACE.sub(_hard_space, _SPACE.sub(" ", text))


def normalise_line(text: str) -> str:
    """`normalise` for a field of one line: runs of spaces, tabs and newlines become one space, none at the ends."""
    return mend_eth(_BLANK.sub(" ", tidy(text)).strip(" "))


def mend_eth(text: str) -> str:
    """Đ for the look-alike Ð (eth) of old keyboards, letter for letter, so that the length stays.

    Only in a line that holds letters which Vietnamese has and Icelandic has not, and there only where the word can be
    Vietnamese: a syllable (Ðồng), an abbreviation in capitals (HÐND), or ð for đồng behind a figure. Guðmundsson stays.
    """
    if "Ð" not in text and "ð" not in text:
        return text
    return "\n".join(_WORD.sub(_mended, line) if _TELLTALE.search(line) else line for line in text.split("\n"))


def _mended(match: re.Match[str]) -> str:
    word = match[0]
    if word == "ð":
        vietnamese = match.string[: match.start()].rstrip(" .\u00a0")[-1:].isdecimal()
    else:
        vietnamese = word.isupper() or _ETH_SYLLABLE.fullmatch(word.lower()) is not None
    return word.replace("Ð", "Đ").replace("ð", "đ") if vietnamese else word


def _hard_space(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    if start and text[start - 1] in "0123456789" and _UNIT.match(text, end):
        return "\u00a0"
    return " " * (end - start)


def fold(text: str) -> str:
    """The search key: lower case, without marks, đ as d. `hòa`, `hoà` and `HOA` have the same one."""
    bare = "".join(map(_bare, normalise(text)))
    return _BLANK.sub(" ", unicodedata.normalize("NFC", bare)).strip(" ")


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    for _ in range(2):  # compatibility forms can hold capitals: ㎐ is one letter, H and z only when taken apart
        letter = unicodedata.normalize("NFKD", letter.casefold())
    return _MARK.sub("", letter).translate(_STROKES)


def slug(text: str) -> str:
    """The readable part of an address: a to z, digits and hyphens, cut at the end of a word, never empty.

    A point that groups thousands goes (1.234 is 1234), a decimal comma parts (97,5 is 97-5).
    """
    line = normalise_line(text[: 100 * SLUG_MAX])[: 10 * SLUG_MAX].replace("\u00ad", "")
    line = re.sub(r"\b[0-9]{1,3}(?:\.[0-9]{3})+\b", lambda number: number[0].replace(".", ""), line)
    line = re.sub(r"(?<=[0-9]),(?=[0-9])", " ", line)
    words = slugify(
        line, entities=False, decimal=False, hexadecimal=False, max_length=SLUG_MAX, word_boundary=True, save_order=True
    )
    return words or "bai"


def words_in(text: str) -> int:
    """How many words, as word processors count them: what stands between blanks and holds a letter or a figure."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def reading_minutes(words: int) -> int:
    """Whole minutes, never less than one."""
    return max(1, -(-words // READING_SPEED))
