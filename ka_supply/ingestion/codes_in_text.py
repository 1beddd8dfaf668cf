"""Codes: normalised, never reinterpreted."""

import re
import unicodedata

__all__ = ["ERROR_VALUE", "is_look_alike", "normalised", "read_code"]

ERROR_VALUE = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
# What a spreadsheet writes for a long number: 6.90123E+12. A code such as 1E5 is text.
_LOST_DIGITS = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2,}")
_LONGEST_CODE = 200
_INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")


def normalised(text: str, kind: str = "code") -> tuple[str, str]:
    r"""Return `text` in compatibility form without outer spaces, and the note.

    Outer spaces of numbers are dropped silently; a changed code is noted.

    Examples
    --------
    >>> normalised("\uff21\uff10\uff11"), normalised(" 7 ", "number")
    (('A01', 'CELL_NORMALISED'), ('7', ''))
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    if kind == "number":
        clean = clean.replace("\N{MINUS SIGN}", "-")
    before = text.strip(" ") if kind == "number" else text
    return clean, "" if clean == before else "CELL_NORMALISED"


def read_code(text: str) -> tuple[str | None, str]:
    """Return the code in `text` and the id of what is to be noted.

    Examples
    --------
    >>> read_code("1E5"), read_code("6.90123E+12")
    (('1E5', ''), (None, 'CELL_SCIENTIFIC'))
    """
    clean, note = normalised(text)
    fault = ""
    if len(clean) > _LONGEST_CODE:
        fault = "CELL_TOO_LONG"
    elif _LOST_DIGITS.fullmatch(clean):
        fault = "CELL_SCIENTIFIC"
    elif ERROR_VALUE.fullmatch(clean):
        fault = "CELL_ERROR_VALUE"
    elif any(unicodedata.category(c) in _INVISIBLE for c in clean):
        fault = "CELL_CONTROL_CHARACTER"
    return (None, fault) if fault or not clean else (clean, note)


def is_look_alike(code: str) -> bool:
    """Whether `code` mixes Latin letters with Cyrillic or Greek ones.

    Examples
    --------
    >>> is_look_alike("\N{CYRILLIC CAPITAL LETTER A}1B"), is_look_alike("A1B")
    (True, False)
    """
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in code if c.isalpha()}
    return bool(scripts & {"CYRILLIC", "GREEK"}) and "LATIN" in scripts
