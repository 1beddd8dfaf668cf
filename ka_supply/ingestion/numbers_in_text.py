"""Whole numbers and decimals written as text."""

import re
from decimal import ROUND_HALF_UP, Decimal

from ka_supply.ingestion.codes_in_text import ERROR_VALUE, normalised

__all__ = ["read_decimal", "read_integer"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_SMALL = re.compile(r"[+-]?[0-9](\.[0-9]*)?[eE]-[0-9]{1,2}")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+")
_ROUNDING_NOISE = Decimal("1e-7")


def read_integer(text: str) -> tuple[int | None, str]:
    r"""Return the whole number in `text` and the id of what is to be noted.

    Examples
    --------
    >>> read_integer("12.0"), read_integer("\uff11\uff12")
    ((12, ''), (12, 'CELL_NORMALISED'))
    >>> read_integer("4.999"), read_integer("1,234")
    ((None, 'CELL_NOT_INTEGER'), (None, 'CELL_THOUSANDS'))
    """
    clean, note = normalised(text, "number")
    if _INTEGER.fullmatch(clean):
        return int(clean.partition(".")[0]), note
    if _DECIMAL.fullmatch(clean):
        return None, "CELL_NOT_INTEGER"
    return None, _fault(clean)


def read_decimal(text: str, decimals: int) -> tuple[float | None, str]:
    """Return the number in `text`, rounded half up, and what is to be noted.

    Examples
    --------
    >>> read_decimal("0.00005", 4)
    (0.0001, 'CELL_ROUNDED')
    >>> read_decimal("1e-05", 9), read_decimal("NaN", 9)
    ((1e-05, ''), (None, 'CELL_NOT_NUMBER'))
    """
    clean, note = normalised(text, "number")
    if not (_DECIMAL.fullmatch(clean) or _SMALL.fullmatch(clean)):
        return None, _fault(clean)
    exact = Decimal(clean)
    kept = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if abs(exact - kept) > _ROUNDING_NOISE:
        note = "CELL_ROUNDED"
    return float(kept), note


def _fault(clean: str) -> str:
    if ERROR_VALUE.fullmatch(clean):
        return "CELL_ERROR_VALUE"
    if _THOUSANDS.fullmatch(clean):
        return "CELL_THOUSANDS"
    return "CELL_SCIENTIFIC" if _SCIENTIFIC.fullmatch(clean) else "CELL_NOT_NUMBER"
