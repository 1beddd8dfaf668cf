"""All words of the report, by id, in Chinese and in English."""

import csv
import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["DASH", "LANGUAGES", "Texts", "texts_of"]

LANGUAGES = ("zh", "en")
TEN_THOUSAND = 10_000
MILLION = 1_000_000
DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
HALF_A_FEN = 0.005
WITHOUT_FEN = 100
DATE_NAMES = ("deadline", "leave_by", "last_day", "last_receipt")


@dataclass(frozen=True)
class Texts:
    """The words and number formats of one language.

    Parameters
    ----------
    language : {"zh", "en"}
    table : mapping of id to text; `{name}` stands for an argument
    """

    language: str
    table: Mapping[str, str]

    def __call__(self, key: str, **arguments: object) -> str:
        """Return the text of `key` with its arguments put in.

        Raises
        ------
        KeyError
            If the table lacks `key`.
        """
        return self.table[key].format(**arguments)

    def code(self, family: str, value: object) -> str:
        """Return the word for a code such as reason NO_STOCK; an unknown one as is."""
        return self.table.get(f"{family}.{value}", str(value))

    def units(self, value: float | None) -> str:
        """Return a count with thousands separators."""
        if value is None or math.isnan(value):
            return DASH
        return f"{round(value):,}"

    def number(self, value: float | None, digits: int = 1) -> str:
        """Return a decimal number; an infinite one is "∞"."""
        if value is None or math.isnan(value):
            return DASH
        return "∞" if math.isinf(value) else f"{value:,.{digits}f}"

    def percent(self, value: float | None, digits: int = 1) -> str:
        """Return a fraction as a percentage."""
        if value is None or math.isnan(value):
            return DASH
        return f"{100 * value:.{digits}f}%"

    def cny(self, value: float | None) -> str:
        """Return yuan, without fen from a hundred yuan on."""
        if value is None or math.isnan(value):
            return DASH
        amount = abs(value)
        sign = MINUS if value <= -HALF_A_FEN else ""
        digits = 0 if amount >= WITHOUT_FEN or amount < HALF_A_FEN else 2
        return f"{sign}¥{amount:,.{digits}f}"

    def short_cny(self, value: float) -> str:
        """Return yuan in three figures or so: ¥12.3万 or ¥123k."""
        amount, unit = abs(value), ""
        if amount >= TEN_THOUSAND and self.language == "zh":
            amount, unit = amount / TEN_THOUSAND, "万"
        elif amount >= MILLION:
            amount, unit = amount / MILLION, "M"
        elif amount >= TEN_THOUSAND:
            amount, unit = amount / 1000, "k"
        digits = {"万": 1, "M": 2}.get(unit, 0)
        return f"{MINUS if value < 0 else ''}¥{amount:,.{digits}f}{unit}"

    def date(self, value: dt.date | str | None) -> str:
        """Return a day with its weekday, the year left out."""
        if value is None:
            return DASH
        day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return self(
            "format.date",
            month=self(f"month.{day.month}"),
            day=day.day,
            weekday=self(f"weekday.{day.isoweekday()}"),
        )

    def message(self, key: str, arguments: Mapping[str, object]) -> str:
        """Return an exception's message or action, its arguments formatted by name.

        Names ending in _cny are yuan, in _frac percentages, in _date (and
        deadlines) days, in reason codes; other numbers are counts.
        """
        return self(key, **{k: self._argument(k, v) for k, v in arguments.items()})

    def _argument(self, name: str, value: object) -> str:
        if name.endswith("_date") or name in DATE_NAMES:
            return self.date(value if isinstance(value, str) else None)
        if not isinstance(value, (int, float)):
            text = "" if value is None else str(value)
            return self.code("reason", text) if name.endswith("reason") else text
        for suffix, spoken in (("_cny", self.cny), ("_frac", self.percent)):
            if name.endswith(suffix):
                return spoken(value)
        return self.units(value)


@cache
def texts_of(language: str) -> Texts:
    """Return the texts of a language.

    Raises
    ------
    ValueError
        For a language the report is not written in.

    Examples
    --------
    >>> zh, en = texts_of("zh"), texts_of("en")
    >>> zh.date(dt.date(2026, 11, 24)), en.date(dt.date(2026, 11, 24))
    ('11月24日 周二', 'Tue 24 Nov')
    >>> zh.cny(186400), zh.short_cny(186400), en.short_cny(186400)
    ('¥186,400', '¥18.6万', '¥186k')
    """
    if language not in LANGUAGES:
        msg = f"language {language!r} is not known; choose one of {LANGUAGES}"
        raise ValueError(msg)
    source = files("ka_supply.reporting").joinpath("texts.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return Texts(language, {row["key"]: row[language] for row in rows})
