"""Publish a night: all of it, beside and renamed, or nothing."""

from ka_supply.operations.doctor import check_machine
from ka_supply.operations.night_folder import (
    NightFolder,
    check_target,
    publish_folder,
    read_night_folder,
    read_night_rows,
)
from ka_supply.operations.output_tables import arrow_table, read_rows, write_table
from ka_supply.operations.run_record import plan_hash, run_facts, run_record

__all__ = [
    "NightFolder",
    "arrow_table",
    "check_machine",
    "check_target",
    "plan_hash",
    "publish_folder",
    "read_night_folder",
    "read_night_rows",
    "read_rows",
    "run_facts",
    "run_record",
    "write_table",
]
