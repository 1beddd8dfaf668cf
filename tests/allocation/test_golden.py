"""The rows of each constraint family against a written example."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ka_supply.allocation.constraints import FAMILIES
from ka_supply.allocation.model import build_model
from ka_supply.allocation.objective import add_objective
from ka_supply.allocation.problem import Problem
from ka_supply.allocation.variables import Model, add_variables
from tests.allocation.small_problems import everything

Family = Callable[[Model, Problem], None]
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family.__name__))
def test_family_writes_its_golden_rows(family: Family, tmp_path: Path) -> None:
    """A family alone writes the rows in its file (KA_WRITE_GOLDEN=1 renews them)."""
    case = everything()
    model = add_variables(case)
    family(model, case)
    add_objective(model, case)
    written = tmp_path / "model.lp"
    model.lp.writeLP(str(written))
    golden = GOLDEN / f"{family.__name__}.lp"
    if os.environ.get("KA_WRITE_GOLDEN"):
        golden.write_text(written.read_text(encoding="utf-8"), encoding="utf-8")
    assert written.read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


def test_every_family_has_a_golden_file_and_every_file_a_family() -> None:
    """The table of contents of the model and the golden files are the same list."""
    families = {family.__name__ for family in FAMILIES}
    assert families == {path.stem for path in GOLDEN.glob("*.lp")}


def test_every_family_says_what_it_is() -> None:
    """Each family states sets, unit, hardness and the meaning of its dual."""
    for family in FAMILIES:
        text = " ".join((family.__doc__ or "").split())
        assert "For each" in text, family.__name__
        assert "hard" in text or "soft" in text, family.__name__
        assert "The dual" in text, family.__name__


def test_names_carry_numbers_only() -> None:
    """No key of the business reaches a variable or constraint name."""
    model = build_model(everything())
    families = {family.__name__ for family in FAMILIES}
    for variable in model.variables:
        assert variable.name[0] in "yfnus"
        assert variable.name[1:].isdigit()
    for row in model.lp.constraints():
        assert row.name[:-7] in families
        assert row.name[-7:].isdigit()
