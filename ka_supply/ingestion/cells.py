"""Text cells understood column by column: each distinct text is parsed once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ka_supply.domain.schema import Column
from ka_supply.ingestion.choices_in_text import read_choice, read_flag
from ka_supply.ingestion.codes_in_text import read_code
from ka_supply.ingestion.dates_in_text import (
    read_date,
    read_dates,
    read_time,
    read_weekdays,
)
from ka_supply.ingestion.numbers_in_text import read_decimal, read_integer
from ka_supply.ingestion.raw import Codes, RawColumn

__all__ = ["DECIMALS", "FREE_TEXT", "Cells", "Mask", "understand"]

Mask = npt.NDArray[np.bool_]
Values: TypeAlias = npt.NDArray[Any] | pa.Array
Reader = Callable[[str], tuple[Any, str]]

DECIMALS = {"money": 4, "number": 9}
# Shown, never compared: kept as they are.
FREE_TEXT = frozenset(
    {"name", "address", "note", "city", "prefecture", "brand", "block_reason", "reason"}
    | {"counted_by", "photo_ref", "mechanic", "display_type", "lunar_label"}
    | {"exception_approver", "vehicle", "format", "evidence_metric"}
)
_LONGEST_TEXT = 2_000
_PLAIN_CODE = r"^[!-~]([ -~]{0,198}[!-~])?$"
_CODE_NEEDS_CARE = r"(^#)|(^[0-9](\.[0-9]+)?[eE]\+[0-9]{2,}$)"
_PLAIN_INTEGER = r"^-?[0-9]{1,15}$"
_PLAIN_DECIMAL = r"^-?[0-9]{1,12}(\.[0-9]{1,20})?$"
_WIDEST = {"integer": 1e12, "money": 1e14, "number": 1e14}
_FEW_TEXTS = 64  # below, one by one is faster than preparing a pattern
_EXACT_FLOAT = 2.0**52
_TIE_MARGIN = 1e-3
_ROUNDING_NOISE = 1e-7


@dataclass(frozen=True)
class Cells:
    """The typed cells of one column, as positions in its sorted distinct values.

    Parameters
    ----------
    codes : (rows,) int32
        Position in `levels`; -1 = no value (blank, or a fault that sets the row
        aside).
    levels : array
        Sorted distinct values: int64, float64, datetime64[D], bool, or for texts
        an Arrow string array in code-point order.
    raw : RawColumn
        The cells as they were read.
    notes : mapping of rule_id to (distinct texts,) mask
        What is to be noted about each distinct text.
    """

    codes: Codes
    levels: Any
    raw: RawColumn
    notes: dict[str, Mask]

    @property
    def is_missing(self) -> Mask:
        """Whether each row has no value."""
        return self.codes < 0

    def values(self, missing: object) -> npt.NDArray[Any]:
        """Return one value per row, `missing` where there is none."""
        levels = np.asarray(self.levels)
        padded = np.append(levels, np.asarray([missing], dtype=levels.dtype))
        return padded[self.codes]  # code -1 takes the padding

    def noted_rows(self) -> dict[str, npt.NDArray[np.int64]]:
        """Return the row positions of each note."""
        return {
            rule_id: np.flatnonzero(mask[self.raw.codes])
            for rule_id, mask in self.notes.items()
            if mask.any()
        }

    def with_values(self, values: npt.NDArray[Any], missing: Mask) -> "Cells":
        """Return cells with other values; raw texts and notes are kept."""
        levels, inverse = np.unique(values[~missing], return_inverse=True)
        codes = np.full(len(values), -1, np.int32)
        codes[~missing] = inverse
        return Cells(codes, levels, self.raw, self.notes)


def understand(column: Column, raw: RawColumn, blank_as: str) -> Cells:
    """Return the typed cells of a column.

    Parameters
    ----------
    blank_as : str
        What a blank cell means; "" = no value.
    """
    texts, blank = raw.texts, raw.is_blank
    if blank.any():
        texts = pc.if_else(pa.array(blank), blank_as, texts)
        blank = blank & (blank_as == "")
    values, missing, notes = _parse(column, texts, blank)
    _add_range_notes(column, values, missing, notes)
    if column.required:
        notes["CELL_BLANK"] = blank
    codes, levels = _ranked(values, missing)
    return Cells(codes[raw.codes], levels, raw, notes)


def _parse(
    column: Column, texts: pa.Array, blank: Mask
) -> tuple[Any, Mask, dict[str, Mask]]:
    """Return values, which are missing, and notes, per distinct text."""
    if column.type in {"text", "enum", "weekdays", "dates", "time"}:
        return _parse_texts(column, texts, blank)
    notes: dict[str, Mask] = {}
    dtype, reader = _typed_reader(column)
    values = np.zeros(len(texts), dtype)
    plain = _parse_plain(column, texts, values, notes)
    missing = blank.copy()
    for i in np.flatnonzero(~plain & ~blank):
        value, note = reader(texts[int(i)].as_py())
        if value is None:
            missing[i] = True
        else:
            values[i] = value
        if note:
            notes.setdefault(note, np.zeros(len(texts), bool))[i] = True
    return values, missing, notes


def _typed_reader(column: Column) -> tuple[str, Reader]:
    if column.type == "date":
        return "datetime64[D]", read_date
    if column.type == "flag":
        return "bool", read_flag
    if column.type == "integer":
        return "int64", read_integer
    return "float64", partial(read_decimal, decimals=DECIMALS[column.type])


def _parse_plain(
    column: Column, texts: pa.Array, values: npt.NDArray[Any], notes: dict[str, Mask]
) -> Mask:
    """Fill `values` where the text is a plain number; return where."""
    done = np.zeros(len(texts), bool)
    if len(texts) < _FEW_TEXTS:
        return done
    if column.type == "integer":
        done |= np.asarray(pc.match_substring_regex(texts, _PLAIN_INTEGER))
        values[done] = texts.filter(pa.array(done)).cast(pa.int64()).to_numpy()
    elif column.type in DECIMALS:
        done |= np.asarray(pc.match_substring_regex(texts, _PLAIN_DECIMAL))
        exact = np.zeros(len(texts))
        exact[done] = texts.filter(pa.array(done)).cast(pa.float64()).to_numpy()
        scale = 10.0 ** DECIMALS[column.type]
        scaled = exact * scale
        distance_to_tie = np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5)
        done &= (np.abs(scaled) < _EXACT_FLOAT) & (distance_to_tie > _TIE_MARGIN)
        kept = np.rint(scaled) / scale
        values[done] = kept[done]
        notes["CELL_ROUNDED"] = done & (np.abs(exact - kept) > _ROUNDING_NOISE)
    return done


def _parse_texts(
    column: Column, texts: pa.Array, blank: Mask
) -> tuple[pa.Array, Mask, dict[str, Mask]]:
    notes: dict[str, Mask] = {}
    if column.type == "text" and column.name in FREE_TEXT:
        notes["CELL_TOO_LONG"] = np.asarray(pc.utf8_length(texts)) > _LONGEST_TEXT
        return texts, blank, notes
    needs_care = ~blank
    if column.type == "text" and len(texts) >= _FEW_TEXTS:
        is_plain = pc.and_(
            pc.match_substring_regex(texts, _PLAIN_CODE),
            pc.invert(pc.match_substring_regex(texts, _CODE_NEEDS_CARE)),
        )
        needs_care &= ~np.asarray(is_plain)
    missing = blank.copy()
    changed: list[str] = []
    positions = np.flatnonzero(needs_care)
    for i in positions:
        value, note = _text_reader(column)(texts[int(i)].as_py())
        missing[i] |= value is None
        changed.append(value or "")
        if note:
            notes.setdefault(note, np.zeros(len(texts), bool))[i] = True
    if changed:
        texts = pc.replace_with_mask(texts, pa.array(needs_care), pa.array(changed))
    return texts, missing, notes


def _text_reader(column: Column) -> Reader:
    if column.type == "enum":
        return partial(read_choice, values=column.values)
    readers: dict[str, Reader] = {
        "text": read_code,
        "weekdays": read_weekdays,
        "dates": read_dates,
        "time": read_time,
    }
    return readers[column.type]


def _add_range_notes(
    column: Column, values: Values, missing: Mask, notes: dict[str, Mask]
) -> None:
    if column.type not in _WIDEST:
        return
    widest = _WIDEST[column.type]
    low = -widest if column.minimum is None else column.minimum
    high = widest if column.maximum is None else column.maximum
    notes["CELL_TOO_SMALL"] = ~missing & (values < low)
    notes["CELL_TOO_LARGE"] = ~missing & (values > high)


def _ranked(values: Values, missing: Mask) -> tuple[Codes, Any]:
    """Return the position of each value in the sorted distinct values."""
    codes = np.full(len(missing), -1, np.int32)
    if isinstance(values, np.ndarray):
        levels, inverse = np.unique(values[~missing], return_inverse=True)
        codes[~missing] = inverse
        return codes, levels
    encoded = values.filter(pa.array(~missing)).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    order = np.asarray(pc.sort_indices(encoded.dictionary))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    codes[~missing] = rank[np.asarray(encoded.indices)]
    return codes, encoded.dictionary.take(pa.array(order))
