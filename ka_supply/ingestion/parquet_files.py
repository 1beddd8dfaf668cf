"""Parquet files: one value per cell, key columns as text."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ka_supply.domain.schema import schema
from ka_supply.ingestion.headers import plain_name
from ka_supply.ingestion.raw import RawTable, encode
from ka_supply.ingestion.rules import Refused

__all__ = ["read_parquet"]


def read_parquet(content: bytes, table: str, source_file: str) -> RawTable:
    """Return the rows of a Parquet file; row numbers start at 1.

    Raises
    ------
    Refused
        If the file is damaged, a cell holds more than one value, or a key column
        is stored as a number.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        names = file.schema_arrow.names
        known = {column.name for column in schema()[table].columns}
        wanted = [i for i, name in enumerate(names) if plain_name(name) in known]
        _refuse_types(file.schema_arrow, wanted, table, source_file)
        found = file.read(columns=[names[i] for i in wanted])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise Refused("FILE_UNREADABLE", source_file, reason) from error
    by_name = {name: encode(found.column(name)) for name in found.column_names}
    rows = np.arange(1, len(found) + 1, dtype=np.int64)
    blank = encode(pa.chunked_array([pa.nulls(len(found), pa.string())]))
    columns = tuple(by_name.get(name, blank) for name in names)
    return RawTable(table, source_file, tuple(names), columns, rows)


def _refuse_types(
    found: pa.Schema, wanted: list[int], table: str, source_file: str
) -> None:
    for i in wanted:
        kind, where = found.field(i).type, f"{source_file} column {found.names[i]}"
        column = schema()[table][plain_name(found.names[i])]
        value = kind.value_type if pa.types.is_dictionary(kind) else kind
        if pa.types.is_nested(value):
            raise Refused("FILE_NESTED", where, str(kind))
        is_text = pa.types.is_string(value) or pa.types.is_large_string(value)
        is_empty = pa.types.is_null(value)
        if column.key and column.type == "text" and not is_text and not is_empty:
            raise Refused("COLUMN_KEY_NOT_TEXT", where, str(kind))
