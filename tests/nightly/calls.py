"""Calls of the command line, in this process or in one of its own."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from ka_supply.cli import main

__all__ = ["ROOT", "call", "command_line", "environment", "run"]

ROOT = Path(__file__).parents[2]


def call(*arguments: object) -> tuple[int, str]:
    """Return exit code and output of a command run in this process.

    A traceback (any exception but an exit) fails the test.
    """
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def command_line(*arguments: object) -> list[str]:
    """Return the words that run a command in a process of its own."""
    return [sys.executable, "-m", "ka_supply", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's variables with the project importable."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    return kept | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"} | changes


def run(*arguments: object, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own with changed variables."""
    return subprocess.run(
        command_line(*arguments),
        env=environment(**changes),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
