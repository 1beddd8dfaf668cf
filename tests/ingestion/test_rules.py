"""The rule table is complete, translated and used."""

import re
from pathlib import Path

import ka_supply.ingestion
from ka_supply.domain.schema import schema
from ka_supply.ingestion.checks import ROW_CHECKS
from ka_supply.ingestion.references import PASS_ORDER
from ka_supply.ingestion.rules import problem, rules

ACTIONS = {
    "REJECT": {"REJECTED"},
    "QUARANTINE": {"SET_ASIDE"},
    "REPAIR": {"REPAIRED"},
    "WARNING": {"ACCEPTED", "DROPPED"},
}


def test_every_rule_has_its_texts() -> None:
    """Each rule says in both languages what is wrong and what to do."""
    for rule in rules().values():
        assert rule.action in ACTIONS[rule.severity]
        assert rule.message
        assert rule.remedy
        for text in (rule.message_zh, rule.remedy_zh):
            assert re.search("[\u4e00-\u9fff]", text), rule.rule_id


def test_rules_and_code_name_the_same_ids() -> None:
    """No rule is unused and no id in the code is unknown."""
    folder = Path(ka_supply.ingestion.__file__).parent
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    named = set(re.findall(r'"([A-Z]+(?:_[A-Z0-9]+)+)"', code))
    assert set(rules()) <= named
    prefixes = [
        "FILE",
        "TABLE",
        "COLUMN",
        "ROW",
        "CELL",
        "KEY",
        "REF",
        "LOT",
        "LANE",
        "SALES",
        "STOCK",
        "SKU",
    ]
    ids = {name for name in named - {"ROW_CHECKS"} if name.split("_")[0] in prefixes}
    assert ids <= set(rules())


def test_each_table_is_passed_after_those_it_refers_to() -> None:
    """Rows fall in one pass: a table comes after the tables it names."""
    assert sorted(PASS_ORDER) == sorted(schema())
    assert set(ROW_CHECKS) <= set(schema())
    for table in schema().values():
        for column in table.columns:
            for target, _ in column.references:
                is_before = PASS_ORDER.index(target) < PASS_ORDER.index(table.name)
                assert is_before or target == table.name


def test_problem_says_where_what_and_the_way_out() -> None:
    """A problem carries the message, the remedy and the hint."""
    found = problem("COLUMN_MISSING", "skus.csv", "name", "found 'nmae'")
    text = "A required column is missing; add the column (found 'nmae')"
    assert (found.where, found.value, found.remedy) == ("skus.csv", "name", text)
