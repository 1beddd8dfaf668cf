"""The result tables of the READMEs, generated from results/*.json."""

import json
from pathlib import Path

from benchmarks.registry import RESULTS

__all__ = ["table", "write_tables"]

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
HEADS = {
    "README.md": ("case", "metric", "value", "bar", "reached"),
    "README.zh-CN.md": ("案例", "指标", "数值", "目标", "达成"),
}
SIGN = {"lower": "≤", "higher": "≥"}


def table(head: tuple[str, ...]) -> str:
    """Return all results as one Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for path in sorted(RESULTS.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            bar = "" if row["bar"] is None else f"{SIGN[row['better']]} {row['bar']:g}"
            mark = {True: "✓", False: "✗", None: ""}[row["ok"]]
            value = f"{row['value']:.4g} {row['unit']}".strip()
            cells = (row["case"], row["metric"], value, bar, mark)
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_tables(*, only_check: bool) -> bool:
    """Bring the tables up to date; return whether they are current.

    Raises
    ------
    SystemExit
        If a README has lost the marks between which its table stands.
    """
    current = True
    for name, head in HEADS.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        before, begins, rest = text.partition(BEGIN)
        _, ends, after = rest.partition(END)
        if not (begins and ends):
            msg = f"{path}: {BEGIN} or {END} is missing; put both back on own lines"
            raise SystemExit(msg)
        new = f"{before}{BEGIN}\n{table(head)}\n{END}{after}"
        if new != text:
            current = False
            if not only_check:
                path.write_text(new, encoding="utf-8")
    return current or not only_check
