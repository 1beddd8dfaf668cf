"""Whether the quotation marks of a CSV text enclose whole cells of one line."""

import numpy as np

__all__ = ["quotes_are_regular"]

_BLOCK_BYTES = 32 * 1024**2
_QUOTE, _COMMA, _LINE_END = b'",\n'


def quotes_are_regular(content: bytes) -> bool:
    r"""Return whether each quoted cell opens after, and closes before, a separator.

    No cell holds a line end then, and a doubled mark is the only mark inside a
    cell, so that rows can be split without following the text mark by mark.

    Parameters
    ----------
    content : bytes
        Whole lines of UTF-8 that end in a line feed.

    Examples
    --------
    >>> quotes_are_regular(b'1,"a, b"\n')
    True
    >>> quotes_are_regular(b'1,"a\n2,b"\n'), quotes_are_regular(b'1,a "b"\n')
    (False, False)
    """
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + _BLOCK_BYTES) + 1 or len(content)
        if not _is_regular(b"\n" + content[start:end]):
            return False
        start = end
    return True


def _is_regular(lines: bytes) -> bool:
    """Check a block that starts and ends with a line feed."""
    text = np.frombuffer(lines, np.uint8)
    marks = np.flatnonzero(text == _QUOTE)
    before_line_end = np.searchsorted(marks, np.flatnonzero(text == _LINE_END))
    if len(marks) % 2 or (before_line_end % 2).any():
        return False
    opening, closing = marks[0::2], marks[1::2]
    doubled = opening[1:] == closing[:-1] + 1
    before, after = text[opening - 1], text[closing + 1]
    opens = (before == _COMMA) | (before == _LINE_END)
    closes = (after == _COMMA) | (after == _LINE_END)
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())
