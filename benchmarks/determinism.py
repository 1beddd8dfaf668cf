"""One plan of the demo, whatever the order of rows and columns, place and hash seed."""

import csv
import datetime as dt
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from benchmarks.measure import run_night
from benchmarks.registry import Row, benchmark
from ka_supply.simulation.demo import write_demo

__all__ = ["shuffle_folder"]

AS_OF = dt.date(2026, 11, 23)
ENCODINGS = ("utf-8-sig", "gb18030")
# Each shuffle in another locale and time zone, with another hash seed.
PLACES = (
    {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"},
    {"LC_ALL": "POSIX", "TZ": "America/New_York", "PYTHONHASHSEED": "2"},
    {"LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "3"},
)


def _read_text(path: Path) -> tuple[str, str]:
    """Return the text of a file and the encoding it is in."""
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    msg = f"{path}: neither {' nor '.join(ENCODINGS)}; write it in one of them"
    raise SystemExit(msg)


def _shuffled(rows: list[list[str]], rng: random.Random) -> list[list[str]]:
    """Return header and rows with columns and rows in another order."""
    order = rng.sample(range(len(rows[0])), len(rows[0]))
    head, *body = [[row[place] for place in order] for row in rows]
    return [head, *rng.sample(body, len(body))]


def _shuffle_csv(path: Path, rng: random.Random) -> None:
    text, encoding = _read_text(path)
    rows = _shuffled(list(csv.reader(text.splitlines())), rng)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _shuffle_excel(path: Path, rng: random.Random) -> None:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    rows = [[str(cell) for cell in row] for row in sheet.to_python()]
    head, *body = _shuffled(rows, rng)
    table = pd.DataFrame(body, columns=head)
    table.to_excel(path, sheet_name=path.stem, index=False, engine="xlsxwriter")


def _shuffle_parquet(path: Path, rng: random.Random) -> None:
    table = pq.read_table(path)
    names = rng.sample(table.column_names, len(table.column_names))
    rows = rng.sample(range(len(table)), len(table))
    pq.write_table(table.select(names).take(rows), path)


def shuffle_folder(folder: Path, seed: int) -> None:
    """Put rows and columns of every table in `folder` in another order."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    kinds = {
        ".csv": _shuffle_csv,
        ".xlsx": _shuffle_excel,
        ".parquet": _shuffle_parquet,
    }
    for path in sorted(folder.iterdir()):
        if path.suffix in kinds:
            kinds[path.suffix](path, rng)


@benchmark("determinism")
def determinism() -> Iterable[Row]:
    """Return how many different plans the same demo gives in four places."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        write_demo(data)
        runs = []
        for number, place in enumerate(PLACES):
            if number:
                shuffle_folder(data, number)
            out = Path(folder) / f"night{number}"
            runs.append(run_night(data, AS_OF, out, variables=place))
    hashes = {run["plan_hash"] for run in runs}
    yield Row("determinism", "nights", len(runs), "")
    yield Row("determinism", "distinct plan hashes", len(hashes), "", 1.0)
