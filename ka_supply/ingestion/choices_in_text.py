"""Flags and values of a list, written as text."""

from ka_supply.ingestion.codes_in_text import normalised

__all__ = ["read_choice", "read_flag"]

_YES = frozenset({"1", "1.0", "true", "yes", "y", "t", "是", "真"})
_NO = frozenset({"0", "0.0", "false", "no", "n", "f", "否", "假"})


def read_flag(text: str) -> tuple[bool | None, str]:
    """Return whether `text` means yes.

    Examples
    --------
    >>> read_flag("是"), read_flag("hold")
    ((True, ''), (None, 'CELL_NOT_FLAG'))
    """
    clean = normalised(text)[0].casefold()
    if clean in _YES:
        return True, ""
    return (False, "") if clean in _NO else (None, "CELL_NOT_FLAG")


def read_choice(text: str, values: tuple[str, ...]) -> tuple[str | None, str]:
    """Return the value of the list that `text` names, apart from case.

    Examples
    --------
    >>> read_choice("available", ("AVAILABLE", "BLOCKED"))
    ('AVAILABLE', 'CELL_SPELLING')
    """
    if text in values:
        return text, ""
    clean = normalised(text)[0].casefold()
    for value in values:
        if value.casefold() == clean:
            return value, "CELL_SPELLING"
    return None, "CELL_NOT_IN_LIST"
