"""Named arrays on a pipe: eight bytes of length, then an npz archive.

Nothing is unpickled: a broken or hostile answer can be refused, not executed.
"""

import io
import zipfile
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

__all__ = ["HEADER_BYTES", "FrameError", "frame_length", "pack", "unpack"]

HEADER_BYTES = 8
MAX_FRAME_BYTES = 2**31

Arrays = Mapping[str, npt.NDArray[np.generic]]


class FrameError(ValueError):
    """What came over the pipe is not a frame of arrays."""


def pack(arrays: Arrays) -> bytes:
    """Return a frame.

    Examples
    --------
    >>> frame = pack({"x": np.array([1, 2])})
    >>> frame_length(frame[:HEADER_BYTES]) == len(frame) - HEADER_BYTES
    True
    >>> unpack(frame[HEADER_BYTES:])["x"]
    array([1, 2])
    """
    body = io.BytesIO()
    np.savez(body, **arrays)  # type: ignore[arg-type]
    return body.tell().to_bytes(HEADER_BYTES, "big") + body.getvalue()


def frame_length(header: bytes) -> int:
    """Return the bytes that follow a header.

    Raises
    ------
    FrameError
        If the header is short or the length out of range.
    """
    length = int.from_bytes(header, "big")
    if len(header) != HEADER_BYTES or not 0 < length <= MAX_FRAME_BYTES:
        msg = f"frame header {header!r}: not a length; restart the solver process"
        raise FrameError(msg)
    return length


def unpack(body: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of a frame's body.

    Raises
    ------
    FrameError
        If the body is not an archive of plain arrays.
    """
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        msg = f"frame of {len(body)} bytes: not arrays: {error}; restart the solver"
        raise FrameError(msg) from error
