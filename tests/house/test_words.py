"""Both languages say everything, and what is compiled is what is written.

After an edit of a .po file: python -m tests.compile_words
"""

from __future__ import annotations

import ast
import gettext
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from core.words import LANGUAGES
from tests.house.source import ROOT, calls, ours, place

WORDS = ROOT / "data" / "words"
FILES = sorted(WORDS.rglob("*.po"))
AREAS = sorted({path.stem for path in FILES})
ERRORS = ("JingguanError", "DataError", "ConflictError", "StoreError")


def _file(language: str, area: str) -> Path:
    return WORDS / language / "LC_MESSAGES" / f"{area}.po"


@cache
def _written(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def _ids(path: Path) -> list[str]:
    """Ids in the order and as often as they are written."""
    return re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)


def _compiled(path: Path) -> dict[str, str]:
    with path.with_suffix(".mo").open("rb") as file:
        found = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: text for key, text in found.items() if key}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def _texts() -> dict[str, str]:
    return {key: text for area in AREAS for key, text in _written(_file("zh_CN", area)).items()}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_ids(area: str) -> None:
    zh, en = (_written(_file(language, area)) for language in LANGUAGES.values())
    assert sorted(zh.keys() ^ en.keys()) == []


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_name_the_same_fields(area: str) -> None:
    zh, en = (_written(_file(language, area)) for language in LANGUAGES.values())
    assert [k for k in zh.keys() & en if _placeholders(zh[k]) != _placeholders(en[k])] == []


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_text_is_empty(path: Path) -> None:
    assert [key for key, text in _written(path).items() if not text.strip()] == []


@pytest.mark.parametrize("path", FILES, ids=place)
def test_ids_are_sorted(path: Path) -> None:
    ids = _ids(path)
    assert [pair for pair in pairwise(ids) if pair[0] >= pair[1]] == []


@pytest.mark.parametrize("path", FILES, ids=place)
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    assert _compiled(path) == _written(path), "python -m tests.compile_words"


def test_an_id_belongs_to_one_area() -> None:
    ids = [key for area in AREAS for key in _written(_file("zh_CN", area))]
    assert sorted({key for key in ids if ids.count(key) > 1}) == []


def test_every_text_that_is_asked_for_exists() -> None:
    missing = []
    for path in ours():
        for call in calls(path, "t"):
            match call.args[:1]:
                case [ast.Constant(value=str(key))] if key not in _texts():
                    missing.append(f"{place(path, call)} {key}")
                case [ast.JoinedStr(values=[ast.Constant(value=str(start)), *_])] if not any(
                    key.startswith(start) for key in _texts()
                ):
                    missing.append(f"{place(path, call)} {start}...")
    assert missing == []


def test_every_field_of_a_text_is_handed_over() -> None:
    lacking = []
    for path in ours():
        for call in calls(path, "t"):
            given = {word.arg for word in call.keywords}
            match call.args[:1]:
                case [ast.Constant(value=str(key))] if given and None not in given:
                    absent = _placeholders(_texts().get(key, "")) - given
                    lacking += [f"{place(path, call)} {key}: {name}" for name in sorted(absent)]
    assert lacking == []


def _worded_as(code: str) -> str:
    """Codes about a file or a row are the importer's own."""
    return f"intake.code.{code}" if code[:2] in ("F_", "R_", "W_") else f"error.{code}"


def test_every_error_is_worded() -> None:
    raised = {
        _worded_as(str(call.args[0].value))
        for path in ours()
        for call in calls(path, *ERRORS)
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert sorted(raised - _texts().keys()) == []
