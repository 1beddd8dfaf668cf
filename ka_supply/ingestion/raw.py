"""A table as it was read: text cells, with the row of the file each came from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BrokenRow", "RawColumn", "RawTable", "constant_column", "encode"]

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class RawColumn:
    """Text cells: `texts[codes[i]]` is the cell of row i.

    Parameters
    ----------
    codes : (rows,) int32
    texts : StringArray
        Distinct texts; a null of the source is "".
    """

    codes: Codes
    texts: pa.Array

    @cached_property
    def is_blank(self) -> npt.NDArray[np.bool_]:
        """Whether each distinct text is blank."""
        return np.asarray(pc.equal(pc.utf8_trim_whitespace(self.texts), ""))

    @property
    def filled_rows(self) -> npt.NDArray[np.bool_]:
        """Whether each row has any text."""
        filled: npt.NDArray[np.bool_] = ~self.is_blank[self.codes]
        return filled


@dataclass(frozen=True)
class BrokenRow:
    """A row whose cells cannot be told apart."""

    row: int
    text: str
    rule_id: str


@dataclass(frozen=True)
class RawTable:
    """One table of one file, before any cell was understood.

    Parameters
    ----------
    source_file : str
        File name; for a sheet of a workbook `book.xlsx#sheet`.
    rows : (rows,) int64
        Row number in the source, 1-based; the header of a text file is row 1.
    broken : tuple of BrokenRow
        Rows set aside already; not among `rows`.
    notes : tuple of (rule_id, value)
        Findings about the file as a whole.
    """

    table: str
    source_file: str
    headers: tuple[str, ...]
    columns: tuple[RawColumn, ...]
    rows: npt.NDArray[np.int64]
    broken: tuple[BrokenRow, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def encode(cells: pa.ChunkedArray) -> RawColumn:
    """Return `cells` dictionary-encoded, their distinct values as text.

    Typed values (numbers, dates, flags of a Parquet file) are written as text;
    null and NaN become "".

    Examples
    --------
    >>> column = encode(pa.chunked_array([["a", None, "a"]]))
    >>> column.codes.tolist(), column.texts.to_pylist()
    ([0, 1, 0], ['a', ''])
    """
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    merged = cells.unify_dictionaries().combine_chunks()
    if isinstance(merged, pa.ChunkedArray):  # a column without any chunk
        merged = pa.array([], pa.dictionary(pa.int32(), cells.type.value_type))
    texts = merged.dictionary
    if pa.types.is_floating(texts.type):
        texts = pa.array(texts.to_numpy(zero_copy_only=False), from_pandas=True)
    texts = texts.cast(pa.string()).fill_null("")
    codes = merged.indices.cast(pa.int32())
    if codes.null_count:
        codes = codes.fill_null(len(texts))
        texts = pa.concat_arrays([texts, pa.array([""])])
    return RawColumn(codes.to_numpy(), texts)


def constant_column(text: str, rows: int) -> RawColumn:
    """Return a column whose every cell is `text`.

    Examples
    --------
    >>> constant_column("0", 3).codes.tolist()
    [0, 0, 0]
    """
    return RawColumn(np.zeros(rows, np.int32), pa.array([text]))
