"""A solver process that misbehaves: started as `fake_solver.py BEHAVIOUR MEMORY_MB`."""

import os
import sys
import time

import numpy as np
import numpy.typing as npt

from ka_supply.allocation.frames import HEADER_BYTES, frame_length, pack, unpack

Arrays = dict[str, npt.NDArray[np.generic]]


def _answer(values: npt.NDArray[np.float64], objective: float, bound: float) -> bytes:
    texts = {"outcome": "SOLUTION", "message": "Optimal", "version": "0"}
    found = {
        "values": values,
        "row_duals": np.zeros(0),
        "objective": objective,
        "bound": bound,
    }
    return pack({k: np.asarray(v) for k, v in (texts | found).items()})


def _lie(behaviour: str, request: Arrays) -> bytes:
    size = len(request["cost"])
    claimed = float(request["cost"].sum() + request["offset"][0])
    lies = {
        "takes_everything": (np.ones(size), claimed, claimed),
        "takes_nothing": (np.zeros(size), 0.0, 0.0),
        "fractions": (np.full(size, 0.4), claimed, claimed),
        "negative": (np.full(size, -3.0), claimed, claimed),
        "not_numbers": (np.full(size, np.nan), claimed, claimed),
        "too_short": (np.zeros(max(size - 1, 0)), 0.0, -1e9),
        "claims_more": (np.zeros(size), -1e6, -1e6),
    }
    if behaviour in lies:
        return _answer(*lies[behaviour])
    return pack({"outcome": np.asarray("SOLUTION")})


def main(behaviour: str) -> None:
    """Misbehave."""
    source, target = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    if behaviour == "hangs_before_reading":
        time.sleep(600)
    while header := source.read(HEADER_BYTES):
        request = unpack(source.read(frame_length(header)))
        if behaviour == "hangs":
            time.sleep(600)
        if behaviour == "crashes":
            os.abort()
        if behaviour == "exits":
            return
        if behaviour == "prints":
            target.write(b"Optimal - objective value -12\n")
        elif behaviour == "stops_halfway":
            target.write(_lie("takes_everything", request)[:20])
            target.flush()
            return
        else:
            target.write(_lie(behaviour, request))
        target.flush()


if __name__ == "__main__":
    main(sys.argv[1])
