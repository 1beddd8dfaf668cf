"""What the machine must offer before a night starts."""

import shutil
import sqlite3
import sys
import tempfile

from ka_supply.domain.schema import schema
from ka_supply.operations.run_record import code_version

__all__ = ["check_machine"]

SMALLEST_DISK_MB = 1024
BYTES_PER_MB = 1024 * 1024


def check_machine() -> list[tuple[str, str, bool, str]]:
    """Return (name, version, is_ok, message) of Python, disk, schema and SQLite.

    Examples
    --------
    >>> [name for name, *_ in check_machine()]
    ['ka-supply', 'python', 'disk', 'schema', 'sqlite']
    """
    free_mb = shutil.disk_usage(tempfile.gettempdir()).free // BYTES_PER_MB
    python = ".".join(map(str, sys.version_info[:3]))
    tables = schema()
    columns = sum(len(table.columns) for table in tables.values())
    return [
        ("ka-supply", code_version(), True, "installed"),
        ("python", python, True, sys.executable),
        (
            "disk",
            "",
            free_mb >= SMALLEST_DISK_MB,
            f"{free_mb} MB free for temporary files, {SMALLEST_DISK_MB} MB needed",
        ),
        ("schema", "", True, f"{len(tables)} tables, {columns} columns"),
        ("sqlite", sqlite3.sqlite_version, True, "not used by the night itself"),
    ]
