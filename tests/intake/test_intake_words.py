"""Every code has words in both languages, and definitions name their faults."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from core.errors import DataError, DefinitionError
from core.intake.definitions import load_tables
from core.intake.faults import Notice, RowFault, fault_text
from core.words import LANGUAGES, error_text, has, set_language, texts
from tests.intake.conftest import ROOT

_VOCABULARY = """
F_EMPTY F_TYPE F_ENCODING F_CORRUPT F_ENCRYPTED F_MACRO F_XML_ENTITY F_ZIP_BOMB F_TOO_LARGE
F_TOO_MANY_ROWS F_TOO_MANY_COLUMNS F_MISSING_COLUMN F_DUP_COLUMN F_WRONG_TABLE F_UNIT F_PII_COLUMN
F_NO_VALID_ROWS F_DUP_FILE
R_MISSING R_TYPE R_RANGE R_NEGATIVE R_PRECISION R_DATE R_DATE_RANGE R_UNIT R_TEXT_LEN
R_CONTROL_CHAR R_COLUMN_COUNT R_FORMULA R_ERROR_CELL R_PII R_UNKNOWN_DEPT R_UNKNOWN_ELEMENT
R_UNKNOWN_CODE R_DUP_KEY R_DUP_CONFLICT
W_EXTRA_COLUMN W_LEADING_ZERO W_TOTAL_ROW W_TOTAL_MISMATCH W_UNIT_SCALE W_MULTI_SHEET
W_HIDDEN_SHEET W_FORMULA_TEXT W_HTML_TEXT
"""
VOCABULARY = _VOCABULARY.split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", VOCABULARY)
def test_every_code_is_worded_in_both_languages(tables, code, language):
    set_language(language)
    fault = RowFault(7, "dept_code", code, "88") if code.startswith("R_") else Notice(code)
    text = fault_text(fault, tables["workload"])
    assert has(f"intake.code.{code}")
    assert "{" not in text
    assert code not in text
    if code.startswith("R_"):
        assert "7" in text


def test_both_languages_fill_in_the_same_fields():
    chinese, english = ({k: v for k, v in texts(one).items() if _ours(k)} for one in LANGUAGES)
    assert set(chinese) == set(english)
    for key, text in chinese.items():
        assert _fields(text) == _fields(english[key]), key


def _ours(key: str) -> bool:
    return key.startswith(("intake.", "error.E_MAPPING"))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_fault_names_its_column_in_the_language_of_the_session(tables):
    fault = RowFault(7, "dept_code", "R_UNKNOWN_DEPT", "88")
    assert "科室编码" in fault_text(fault, tables["workload"])
    set_language("en")
    assert "Department code" in fault_text(fault, tables["workload"])


def test_a_wrong_table_is_named_in_the_language_of_the_session(desk, tables):
    checked = desk.check("科室编码,科室名称,编制床位\n1,x,2\n")
    set_language("en")
    assert "Departments" in fault_text(checked.file_faults[0], checked.definition)


def test_every_code_of_the_package_is_in_the_vocabulary():
    folder = ROOT / "core" / "intake"
    written = {
        code
        for path in folder.glob("*.py")
        for code in re.findall(r"\"([FRW]_[A-Z_]+)\"", path.read_text("utf-8"))
    }
    assert written <= set(VOCABULARY)
    assert set(VOCABULARY) <= written


def test_an_error_of_a_mapping_is_worded():
    assert "avg" in error_text(DataError("E_MAPPING_VALUE", keys="avg"))


def test_every_definition_of_the_hospital_loads(tables):
    assert set(tables) >= {"departments", "direct_cost", "driver", "income", "workload"}


def test_all_faults_of_all_definitions_are_listed_at_once(tmp_path: Path):
    good = (ROOT / "data" / "intake" / "driver.toml").read_text("utf-8")
    (tmp_path / "driver.toml").write_text(
        good.replace('key = ["month"', 'color = 1\nkey = ["mont"').replace('"decimal"', '"number"'),
        encoding="utf-8",
    )
    (tmp_path / "broken.toml").write_text("table = ", encoding="utf-8")
    (tmp_path / "other.toml").write_text(
        good.replace('control = "value"', 'control = "unit"'), encoding="utf-8"
    )
    with pytest.raises(DefinitionError) as caught:
        load_tables(tmp_path)
    told = "\n".join(caught.value.faults)
    for part in ("broken.toml", "driver.toml: color", "column.3.type", "other.toml: table: "):
        assert part in told
