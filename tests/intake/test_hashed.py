"""A patient's number: one key for one number, and the number itself nowhere."""

from __future__ import annotations

import io
import os
import re
import stat
from pathlib import Path

import openpyxl
import pytest

from core.errors import DataError
from core.intake.check import Checked
from core.intake.desk import delivery_of
from core.intake.faults import fault_text
from core.intake.hashing import MASK, keyed
from core.intake.rejected import rejected_xlsx
from core.intake.secret import FILE, hash_key
from core.store.engine import Store
from tests.intake.conftest import Desk, file_codes, refusals, workbook
from tests.intake.every_table import AS_OF, MASTERS, SECRET, as_csv, as_sheet, rows_of

NUMBER = "ZY-2026-77881"
IDENTITY = "11010519491231002X"


def _check(desk: Desk, *rows: dict, table: str = "case") -> Checked:
    return desk.check(as_csv(rows), table, masters=MASTERS, as_of=AS_OF)


def _case(**changes: object) -> dict:
    return {**rows_of("case")[0], **changes}


def test_one_number_has_one_key_however_it_is_typed() -> None:
    spellings = ("zy0001", " ZY0001 ", "ＺＹ０００１", "ZY\u200b0001")
    assert {keyed(text, SECRET) for text in spellings} == {keyed("ZY0001", SECRET)}


def test_another_number_and_another_secret_have_other_keys() -> None:
    keys = [keyed("ZY0001", SECRET), keyed("ZY0002", SECRET), keyed("ZY0001", SECRET + b"!")]
    assert len(set(keys)) == 3
    assert all(0 < key < 2**63 for key in keys)


def test_no_secret_no_key() -> None:
    with pytest.raises(ValueError, match="secret"):
        keyed("ZY0001", b"")


def test_the_number_is_kept_as_its_key_alone(desk: Desk) -> None:
    checked = _check(desk, _case(住院流水号=NUMBER))
    assert checked.rows["case_id"].tolist() == [keyed(NUMBER, SECRET)]
    assert NUMBER not in repr(checked)
    assert NUMBER not in repr(delivery_of(checked, 1))


def test_an_identity_number_is_hashed_like_any_other(desk: Desk) -> None:
    checked = _check(desk, _case(住院流水号=IDENTITY))
    assert checked.verdict == "accept"
    assert IDENTITY not in repr(checked)


BAD = [
    {"科室编码": "9999"},
    {"总费用(元)": "很多"},
    {"入院时间": "昨天"},
    {"出院时间": "2020-01-01"},
]


@pytest.mark.parametrize("changes", BAD)
def test_a_refused_row_shows_its_number_nowhere(desk: Desk, changes: dict) -> None:
    checked = _check(desk, _case(住院流水号=NUMBER, **changes))
    assert list(refusals(checked)) == [2]
    assert checked.rejected_cells[2][0] == MASK
    said = repr(checked) + "".join(fault_text(one, checked.definition) for one in checked.rejected)
    book = openpyxl.load_workbook(io.BytesIO(rejected_xlsx(checked)))
    said += repr([list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets])
    assert NUMBER not in said


def test_a_number_that_cannot_be_read_is_not_shown(desk: Desk) -> None:
    checked = _check(desk, _case(住院流水号=NUMBER * 20))
    assert refusals(checked) == {2: "R_TEXT_LEN"}
    assert NUMBER not in repr(checked)


def test_a_row_that_has_slipped_shows_none_of_its_cells(desk: Desk) -> None:
    line = f"x,{NUMBER}," + "," * 40
    content = as_csv([_case()]) + line.encode() + b"\n"
    checked = desk.check(content, "case", masters=MASTERS, as_of=AS_OF)
    assert refusals(checked) == {3: "R_COLUMN_COUNT"}
    assert set(checked.rejected_cells[3]) == {MASK, ""}


def test_a_number_that_excel_has_rounded_is_refused(desk: Desk) -> None:
    rows = as_sheet([_case(住院流水号=1234567890123456789)])
    checked = desk.check(workbook(rows), "case", masters=MASTERS, as_of=AS_OF, name="一.xlsx")
    assert refusals(checked) == {2: "R_TYPE"}
    assert "文本格式" in fault_text(checked.rejected[0], checked.definition)
    assert "12345678901" not in repr(checked)


@pytest.mark.parametrize("header", ["住院号", "病案号"])
def test_the_number_of_a_stay_may_come_in_where_it_is_hashed(desk: Desk, header: str) -> None:
    row = {header if name == "住院流水号" else name: cell for name, cell in _case().items()}
    assert _check(desk, row).verdict == "accept"


def test_the_number_of_a_visit_may_come_in_where_it_is_hashed(desk: Desk) -> None:
    row = {"就诊号" if k == "就诊流水号" else k: v for k, v in rows_of("visit")[0].items()}
    assert _check(desk, row, table="visit").verdict == "accept"


@pytest.mark.parametrize("header", ["姓名", "身份证号", "联系电话", "病案号", "医保卡号"])
def test_other_columns_of_a_person_are_refused_beside_it(desk: Desk, header: str) -> None:
    checked = _check(desk, _case(**{header: "x"}))
    assert "F_PII_COLUMN" in file_codes(checked)


def test_an_identity_card_is_not_mapped_onto_the_number(desk: Desk) -> None:
    from core.intake.mapping import Mapping

    row = {"身份证号" if k == "住院流水号" else k: v for k, v in _case().items()}
    mapping = Mapping(table="case", columns={"case_id": "身份证号"})
    asked = {"masters": MASTERS, "as_of": AS_OF, "mapping": mapping}
    assert "F_PII_COLUMN" in file_codes(desk.check(as_csv([row]), "case", **asked))


def test_the_number_of_a_stay_is_refused_in_a_table_of_sums(desk: Desk) -> None:
    row = {**rows_of("workload")[0], "住院号": "1"}
    assert "F_PII_COLUMN" in file_codes(_check(desk, row, table="workload"))


def test_a_secret_is_made_once_and_for_its_owner_alone(sqlite_store: Store, tmp_path: Path) -> None:
    first = hash_key(sqlite_store, tmp_path / "data")
    assert hash_key(sqlite_store, tmp_path / "data") == first
    path = Path(str(sqlite_store.engine.url.database)).parent / FILE
    assert (len(first), path.read_bytes()) == (32, first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_that_is_given_goes_before_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    assert hash_key(sqlite_store, tmp_path, SECRET) == SECRET
    assert not (tmp_path / FILE).exists()


def test_a_short_secret_is_refused_in_words(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="E_HASH_KEY"):
        hash_key(sqlite_store, tmp_path, b"short")


def test_a_folder_that_cannot_be_written_is_said_in_words(sqlite_store: Store) -> None:
    path = Path(str(sqlite_store.engine.url.database)).parent / FILE
    path.mkdir()  # a folder in its place, for root may write everywhere
    with pytest.raises(DataError, match="E_HASH_KEY"):
        hash_key(sqlite_store, path)


def test_no_secret_is_in_what_a_check_can_print(desk: Desk) -> None:
    assert re.search("a secret of tests", repr(MASTERS)) is None
    assert os.environ.get("JINGGUAN_HASH_KEY") is None
