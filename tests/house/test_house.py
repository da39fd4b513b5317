"""The limits and habits that keep every line readable and in its room."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from core.catalog.load import load_catalog
from core.intake.definitions import load_tables
from tests.house.source import (
    ROOT,
    Function,
    calls,
    functions,
    modules,
    ours,
    place,
    repository_files,
)

MODULE_LINES = 400
APP_LINES = 100
FUNCTION_LINES = 40
PARAMETERS = 5
FILE_BYTES = 2_000_000
FONT_BYTES = 8_000_000
"""Documents need a Chinese font of their own: without one the text vanishes without a word."""


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _parameters(function: Function) -> int:
    """Parameters that a caller may give by position; self and cls are none."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_modules_fit_in_the_head() -> None:
    long = {place(path): _lines(path) for path in modules("app.py", "pages", "core", "tests")}
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_app_only_sets_the_stage() -> None:
    assert _lines(ROOT / "app.py") <= APP_LINES


def test_functions_have_one_idea() -> None:
    lengths = {
        f"{place(path, function)} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in ours()
        for function in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_functions_take_few_parameters() -> None:
    counts = {
        f"{place(path, function)} {function.name}": _parameters(function)
        for path in ours()
        for function in functions(path)
    }
    assert {name: count for name, count in counts.items() if count > PARAMETERS} == {}


def test_every_page_has_a_test() -> None:
    tests = modules("tests/pages")
    texts = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    named = {path.stem for path in tests}
    untested = [
        place(page)
        for page in modules("pages")
        if page.name != "__init__.py"
        and "shared" not in page.parts
        and f"test_{page.stem}" not in named
        and place(page) not in texts
    ]
    assert untested == [], "write tests/pages/test_<page>.py"


def test_the_real_catalogue_loads() -> None:
    catalog = load_catalog(ROOT / "data" / "catalog")
    assert catalog.indicators
    assert catalog.measures


def test_the_real_intake_tables_load() -> None:
    tables = load_tables(ROOT / "data" / "intake")
    assert {"departments", "workload", "income", "direct_cost", "driver"} <= set(tables)


@pytest.mark.parametrize("path", sorted((ROOT / "data").rglob("*.toml")), ids=place)
def test_a_definition_file_is_toml(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))


def test_text_of_people_is_never_read_as_html() -> None:
    assert [p for p in ours() if "unsafe_allow_html" in p.read_text(encoding="utf-8")] == []


def test_a_page_keeps_nothing_in_its_own_file() -> None:
    """A page's file is run anew at every rerun, and what it keeps with it."""
    pages = set(modules("pages")) - set(modules("pages/shared"))
    assert [place(path) for path in sorted(pages) if "@kept(" in path.read_text("utf-8")] == []


def test_core_never_prints() -> None:
    printing = [
        place(path, call)
        for path in modules("core")
        if path.name != "__main__.py"
        for call in calls(path, "print")
        if isinstance(call.func, ast.Name)
    ]
    assert printing == []


def test_no_file_is_large() -> None:
    sizes = {place(path): path.stat().st_size for path in repository_files()}
    most = {name: FONT_BYTES if name.startswith("data/fonts/") else FILE_BYTES for name in sizes}
    assert {name: size for name, size in sizes.items() if size > most[name]} == {}


def test_files_are_made_in_the_run_that_offered_them() -> None:
    """Streamlit makes them in a thread without session and language: only file_button knows how."""
    offers = [place(path) for path in modules("pages") if "download_button(" in path.read_text()]
    assert offers == ["pages/shared/files.py"]
