"""Folders written beside their target, which die with their writer.

A staging folder `.NAME.staged-RANDOM` is locked while its writer lives; the kernel
drops the lock with the process, so whatever is found unlocked was left by a kill or
a power cut.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["staging_folder", "swap_in", "sweep_staging", "sync_folder"]

NEW, OLD = "new", "old"
RANDOM_BYTES = 8


def _mark(target: Path) -> str:
    return f".{target.name}.staged-"


@contextmanager
def staging_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target`; it is gone afterwards, moved or not.

    What `swap_in` had moved aside comes back if nothing took its place.
    """
    staged = target.parent / f"{_mark(target)}{secrets.token_hex(RANDOM_BYTES)}"
    lock = -1
    try:  # from the first change on, so that no signal can fall in between
        (staged / NEW).mkdir(parents=True)
        lock = os.open(staged, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield staged / NEW
    finally:
        _clear(staged, target)
        if lock >= 0:
            os.close(lock)


def _clear(staged: Path, target: Path) -> None:
    if (staged / OLD).exists() and not target.exists():
        (staged / OLD).rename(target)
    shutil.rmtree(staged, ignore_errors=True)


def swap_in(new: Path, target: Path) -> None:
    """Rename the staged folder `new` to `target`; what was there is dropped."""
    if target.exists():
        target.rename(new.parent / OLD)
    new.rename(target)


def sweep_staging(target: Path) -> None:
    """Remove what killed writers of `target` left beside it.

    A night that was moved aside when its replacement was killed is put back.
    """
    name = re.compile(re.escape(_mark(target)) + r"[0-9a-f]{16}")
    for place in sorted(target.parent.iterdir()):
        if name.fullmatch(place.name) and place.is_dir():
            _sweep(place, target)


def _sweep(staged: Path, target: Path) -> None:
    lock = os.open(staged, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _clear(staged, target)
    except BlockingIOError:  # its writer is alive
        pass
    finally:
        os.close(lock)


def sync_folder(folder: Path) -> None:
    """Bring every file below `folder` to the disk before it is renamed."""
    for place in [*sorted(folder.rglob("*")), folder]:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
