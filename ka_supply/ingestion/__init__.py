"""Files to a frozen snapshot: every input row ends in exactly one place."""

from ka_supply.ingestion.arrow_tables import PlainRow, plain_rows
from ka_supply.ingestion.read import read_snapshot
from ka_supply.ingestion.snapshot_files import read_saved_snapshot, write_snapshot
from ka_supply.ingestion.templates import write_templates

__all__ = [
    "PlainRow",
    "plain_rows",
    "read_saved_snapshot",
    "read_snapshot",
    "write_snapshot",
    "write_templates",
]
