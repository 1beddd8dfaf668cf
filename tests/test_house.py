"""The house keeps its own rules: sizes, names, documents, command line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from benchmarks.readme import write_tables
from ka_supply.cli import main
from ka_supply.domain.schema import schema
from tests.nightly.calls import call

ROOT = Path(__file__).parents[1]
PACKAGES = ("ka_supply", "benchmarks", "tests")
TEXTS = (".py", ".md", ".csv", ".toml", ".txt", ".j2", ".css", ".js", ".lp")
NAMES = ("Makefile", "run")
READMES = ("README.md", "README.zh-CN.md")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Lists of fields rather than trains of thought; to be split when next touched.
# A folder of one machine: two lower-case names after a slash that nothing precedes.
ABSOLUTE = re.compile(r"(?:^|[\s\"'`(=])/[a-z_]+/[a-z_]")
SHARED_BY_ALL_MACHINES = ("/usr/", "/proc/", "/dev/", "/nonexistent/")
COMMANDS = sorted(main.commands)


def _sources(*packages: str) -> list[Path]:
    return sorted(p for name in packages for p in (ROOT / name).rglob("*.py"))


def _texts() -> Iterator[tuple[str, str]]:
    """Yield name and text of every file the project writes itself."""
    roots = [path for path in ROOT.iterdir() if path.is_file()]
    folders = [ROOT / name for name in (*PACKAGES, "docs", ".ci")]
    inner = [path for folder in folders for path in folder.rglob("*")]
    for path in sorted([*roots, *inner]):
        is_text = path.suffix in TEXTS or path.name in NAMES
        is_ours = is_text and path.is_file() and "corpus" not in path.parts
        if is_ours and path.name not in ("LICENSE", "OFL.txt"):
            name = str(path.relative_to(ROOT))
            yield name, path.read_text(encoding="utf-8", errors="replace")


def _readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_files_are_short() -> None:
    """No source file has more than 300 lines."""
    sizes = {p: len(p.read_text("utf-8").splitlines()) for p in _sources(*PACKAGES)}
    assert len(sizes) > 100
    assert {str(p): n for p, n in sizes.items() if n > LONGEST_FILE} == {}


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    last = function.end_lineno or function.lineno
    return last - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    """No function of the package has more than 40 lines below its docstring."""
    long = {
        f"{path.relative_to(ROOT / 'ka_supply').as_posix()} {node.name}"
        for path in _sources("ka_supply")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_lines(node) > LONGEST_FUNCTION
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    """Every source file that runs starts with a docstring."""
    silent = [
        str(path)
        for path in _sources("ka_supply", "benchmarks")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_test_says_what_it_shows() -> None:
    """Every test has a docstring."""
    silent = [
        f"{path.name}: {node.name}"
        for path in _sources("tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_layer_for_leftovers() -> None:
    """No module is named for what it does not say."""
    vague = {"utils", "helpers", "helper", "misc", "common", "manager", "data"}
    assert [p for p in _sources(*PACKAGES) if p.stem in vague] == []


def test_no_folder_of_one_machine() -> None:
    """No text names an absolute folder that exists on one machine alone."""
    found = [
        f"{name}: {line.strip()[:80]}"
        for name, text in _texts()
        for line in text.splitlines()
        if ABSOLUTE.search(line)
        and not any(place in line for place in SHARED_BY_ALL_MACHINES)
    ]
    assert found == []


def test_no_unfinished_work() -> None:
    """No source file holds a marker of unfinished work."""
    markers = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [name for name, text in _texts() if markers.search(text)]
    assert found == []


def test_every_table_has_a_template() -> None:
    """Every table of the data dictionary has a template with its columns."""
    folder = ROOT / "data" / "templates"
    heads = {
        path.stem: path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        for path in folder.glob("*.csv")
    }
    assert set(heads) == set(schema())
    for name, table in schema().items():
        assert heads[name] == [column.name for column in table.columns]
    assert list(folder.glob("*.xlsx"))


def test_constraints_name_versions_alone() -> None:
    """Every line of constraints.txt is a name and an exact version, no address."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = re.compile(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+")
    assert [line for line in lines if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("name", READMES)
def test_readme_names_the_two_commands(name: str) -> None:
    """Each README names `make demo` and `make test`, and every target it names is."""
    targets = set(re.findall(r"(?:`|    )make (\w+)", _readme(name)))
    assert {"demo", "test"} <= targets
    rules = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets <= set(rules)


def _calls(text: str) -> list[list[str]]:
    """Return the words of every call of the command line in a text."""
    lines = re.findall(r"ka-supply ([a-z][^#`\n]*)", text)
    return [line.split() for line in lines]


@pytest.mark.parametrize("name", READMES)
def test_readme_shows_every_command(name: str) -> None:
    """Each README shows every command, and no command or option that is not there."""
    text = _readme(name)
    shown = {words[0] for words in _calls(text)}
    if "make demo" in text:  # which is `ka-supply demo`
        shown.add("demo")
    assert shown == set(COMMANDS)
    for command, *words in _calls(text):
        known = {o for p in main.commands[command].params for o in p.opts}
        assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", READMES)
def test_readme_links_lead_somewhere(name: str) -> None:
    """Every local link and picture of each README exists."""
    links = re.findall(r"\]\(([^)#]+)\)", _readme(name))
    local = [link for link in links if "://" not in link]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_readmes_agree() -> None:
    """Both READMEs show the same commands and files."""
    texts = [_readme(name) for name in READMES]
    calls = [[words[0] for words in _calls(text)] for text in texts]
    assert calls[0] == calls[1]
    files = [set(re.findall(r"`([a-z_.]+\.(?:parquet|json))`", text)) for text in texts]
    assert files[0] == files[1]


def test_readme_tables_are_current() -> None:
    """The result tables are those of benchmarks/results."""
    assert write_tables(only_check=True), "run `python -m benchmarks readme`"


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str) -> None:
    """Every command explains itself and each of its options."""
    exit_code, output = call(command, "--help")
    assert exit_code == 0
    assert "Usage: " in output
    assert main.commands[command].help
    for parameter in main.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in output


def test_version() -> None:
    """`--version` and `--help` of the program itself work."""
    assert call("--help")[0] == 0
    assert all(command in call("--help")[1] for command in COMMANDS)


@pytest.mark.slow
def test_doctor() -> None:
    """On a machine that runs the tests, the doctor finds nothing wrong."""
    exit_code, output = call("doctor")
    assert exit_code == 0, output
    assert "FAIL" not in output
    assert all(word in output for word in ("HiGHS", "CBC", "python", "disk"))
