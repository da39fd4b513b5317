"""What is refused before it is opened, and how text and cells are read."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import re
import time
import zipfile

import pytest

from core.intake import read as reading
from core.intake.check import Masters
from tests.intake.conftest import (
    MASTERS,
    WORKLOAD,
    csv_text,
    file_codes,
    refusals,
    repacked,
    sheet_xml,
    warning_codes,
    workbook,
    workload,
)

HEADER = WORKLOAD.split(",")
TABLE = csv_text(WORKLOAD, workload(remark="好的"), workload("0102"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def _limits(tables, **changes):
    definition = tables["workload"]
    limits = definition.limits.model_copy(update=changes)
    return definition.model_copy(update={"limits": limits})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_csv_reads_in_every_encoding_that_hospitals_export(desk, encoding):
    checked = desk.check(TABLE.encode(encoding))
    assert checked.verdict == "accept"
    assert list(checked.rows["remark"]) == ["好的", ""]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode("utf-16")[:-1],
        TABLE.encode("utf-16-le"),
        TABLE.encode().replace("好的".encode(), b"\xff\xfe\xfa"),
        TABLE.encode().replace("好的".encode(), "\ufffd".encode()),
        TABLE.encode().replace("好的".encode(), b"a\0b"),
        TABLE.encode("gb18030").replace("好的".encode("gb18030"), "好的好的".encode()),
        TABLE.encode("gb18030") + csv_text("x", workload("0201")).encode()[2:],
        b"\xef\xbb\xbf" + TABLE.encode("gb18030"),
    ],
    ids=["cut", "no mark", "latin", "lost", "nul", "mixed cell", "mixed lines", "wrong mark"],
)
def test_a_doubtful_encoding_is_refused_rather_than_one_wrong_character(desk, content):
    assert file_codes(desk.check(content)) == ["F_ENCODING"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_reads_with_comma_tab_and_semicolon(desk, delimiter):
    assert desk.check(TABLE.replace(",", delimiter)).accepted_rows == 2


def test_a_quote_that_never_closes_is_a_damaged_file(desk):
    assert file_codes(desk.check(TABLE + '2025-01,"0102')) == ["F_CORRUPT"]


@pytest.mark.parametrize("content", ["", "\n\n", WORKLOAD + "\n", "\ufeff"])
def test_a_file_without_data_rows_is_empty(desk, content):
    assert file_codes(desk.check(content)) == ["F_EMPTY"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TABLE.encode(), "a.xls"),
        (TABLE.encode(), "a.pdf"),
        (workbook([HEADER]), "a.csv"),
        (workbook([HEADER]), "a.xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls"),
        (b"%PDF-1.7\n", "a.csv"),
        (pickle.dumps({"a": 1}), "a.csv"),
        (pickle.dumps({"a": 1}), "a.xlsx"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "a.xls"),
    ],
)
def test_content_that_is_not_what_its_name_says_is_refused(desk, content, name):
    assert file_codes(desk.check(content, name=name)) == ["F_TYPE"]


def test_a_zip_that_is_no_workbook_is_refused(desk):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert file_codes(desk.check(target.getvalue(), name="a.xlsx")) == ["F_TYPE"]


def test_a_file_above_the_byte_limit_is_not_opened(desk, tables):
    small = _limits(tables, max_bytes=10)
    assert file_codes(desk.check(TABLE, definition=small)) == ["F_TOO_LARGE"]


def test_a_workbook_that_unpacks_to_too_much_is_a_bomb(desk):
    content = repacked(workbook([HEADER]), sheet=b"<worksheet>" + b" " * 5_000_000)
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_ZIP_BOMB"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_is_refused_in_whatever_encoding(desk, encoding):
    xml = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'.encode(encoding)
    content = repacked(workbook([HEADER]), sheet=xml)
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_XML_ENTITY"]


def test_macros_are_refused_by_content_and_by_name(desk):
    content = repacked(workbook([HEADER]), macro=b"x")
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_MACRO"]
    assert file_codes(desk.check(workbook([HEADER]), name="a.xlsm")) == ["F_MACRO"]


def test_an_old_workbook_with_a_password_is_encrypted(desk):
    bof = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
    content = OLE + bof + b"\x2f\x00\x02\x00\x00\x00" + "Workbook\0".encode("utf-16-le")
    assert file_codes(desk.check(content, name="a.xls")) == ["F_ENCRYPTED"]


def test_an_encrypted_container_is_encrypted_whatever_its_name(desk):
    content = OLE + "EncryptedPackage\0".encode("utf-16-le")
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_ENCRYPTED"]


def test_a_zip_entry_with_the_encryption_flag_is_encrypted(desk):
    content = bytearray(workbook([HEADER]))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert file_codes(desk.check(bytes(content), name="a.xlsx")) == ["F_ENCRYPTED"]


@pytest.mark.parametrize("cut", [100, 3000])
def test_a_download_that_stopped_early_is_damaged(desk, cut):
    content = workbook([HEADER, workload()])[:cut]
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_CORRUPT"]


def test_a_cell_in_the_farthest_corner_does_not_take_the_server_down(desk):
    content = workbook([HEADER, workload()])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = repacked(content, sheet=sheet_xml(content).replace(b"</sheetData>", far))
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_TOO_MANY_ROWS"]


def test_a_cell_far_to_the_right_is_refused(desk):
    content = workbook([HEADER, workload()])
    far = sheet_xml(content).replace(b'r="A2"', b'r="XFD2"')
    content = repacked(content, sheet=far)
    assert file_codes(desk.check(content, name="a.xlsx")) == ["F_TOO_MANY_COLUMNS"]


def test_a_hidden_sheet_may_be_as_long_as_it_likes(desk, tables):
    def hide(_, pages):
        pages[1].write_number(900_000, 0, 1)
        pages[1].hide()

    checked = desk.book([HEADER, workload()], [["x"]], dress=hide)
    assert checked.verdict == "accept"
    assert checked.warnings[0].fields["sheets"] == ("Sheet2",)


def test_a_very_hidden_sheet_is_named_too(desk):
    checked = desk.book(
        [HEADER, workload()], [HEADER, workload()], dress=lambda _, pages: pages[1].very_hidden()
    )
    assert (checked.verdict, warning_codes(checked)) == ("accept", ["W_HIDDEN_SHEET"])


def test_rows_beyond_the_limit_are_counted_as_data_rows(desk, tables):
    rows = [workload(month=f"2025-{month:02d}") for month in range(1, 6)]
    small = _limits(tables, max_rows=4)
    assert file_codes(desk.workload(*rows, definition=small)) == ["F_TOO_MANY_ROWS"]
    assert desk.workload(*rows[:4], definition=small).accepted_rows == 4


def test_more_columns_than_the_limit_are_refused(desk):
    header = WORKLOAD + "".join(f",列{number}" for number in range(200))
    assert file_codes(desk.check(header + "\n1")) == ["F_TOO_MANY_COLUMNS"]


def test_the_same_bytes_again_are_refused(desk):
    first = desk.check(TABLE)
    known = Masters(departments=MASTERS.departments, known_files=frozenset({first.sha256}))
    assert file_codes(desk.check(TABLE, masters=known)) == ["F_DUP_FILE"]


def test_a_reader_that_dies_or_hangs_is_a_damaged_file(desk, monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 60)
    monkeypatch.setattr(reading.sys, "executable", "/bin/false")
    assert file_codes(desk.check(TABLE)) == ["F_CORRUPT"]


def test_a_reader_that_takes_too_long_is_stopped(tmp_path, tables):
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    with pytest.raises(reading.DataError, match="F_CORRUPT"):
        reading.read(path, "csv", tables["workload"].limits, seconds=0.001)


@pytest.mark.parametrize("since_1904", [False, True])
def test_a_date_cell_reads_as_its_month_in_both_calendars(desk, since_1904):
    row = workload(month=dt.date(2025, 1, 31))
    content = workbook([HEADER, row], options={"date_1904": since_1904})
    assert desk.check(content, name="a.xlsx").months == (202501,)


def test_numbers_of_a_workbook_read_with_fifteen_digits(desk, tables):
    header = ["月份", "科室编码", "成本项目编码", "金额"]
    rows = [["2025-01", "0101", "A01", 0.1 + 0.2], ["2025-01", "0102", "A01", 1e11]]
    checked = desk.book([header, *rows], table="direct_cost")
    assert list(checked.rows["amount"]) == [30, 10_000_000_000_000]


def test_an_error_cell_and_a_formula_without_a_result_are_named(desk):
    def formulas(_, pages):
        pages[0].write_formula(1, 3, "=1/0", None, "#DIV/0!")
        pages[0].write_formula(2, 3, "=A1", None, "")
        pages[0].write_formula(3, 3, "=5+5", None, 10)

    rows = [workload(), workload("0102"), workload("0201")]
    checked = desk.book([HEADER, *rows], dress=formulas)
    assert refusals(checked) == {2: "R_ERROR_CELL", 3: "R_FORMULA"}
    assert list(checked.rows["outpatient_visits"]) == [10]


def test_record_numbers_are_those_of_the_file(desk):
    text = csv_text(WORKLOAD, workload(remark='"两\n行"'), workload("9999"))
    assert refusals(desk.check(text)) == {3: "R_UNKNOWN_DEPT"}
    rows = [["科室工作量表"], [], HEADER, workload(), [], workload("9999")]
    assert refusals(desk.book(rows)) == {6: "R_UNKNOWN_DEPT"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/cron.d/x.csv", "x.csv"),
        ("C:\\导出\\工作量.csv", "工作量.csv"),
        ("张三13800138000.csv", "张三***.csv"),
        ("a\u202evsc.csv", "avsc.csv"),
        ("长" * 200 + ".csv", "长" * 75 + "….csv"),
    ],
)
def test_a_file_name_is_shown_without_folders_persons_or_tricks(desk, name, shown):
    assert desk.check(TABLE, name=name).name == shown


def test_a_dimension_that_lies_changes_nothing(desk):
    content = workbook([HEADER, workload()])
    lie = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet_xml(content))
    assert desk.check(repacked(content, sheet=lie), name="a.xlsx").verdict == "accept"


@pytest.mark.parametrize(
    "cell", ["1-" * 500_000, "<a" * 500_000, "\ufdfa" * 500_000, "2025" + " " * 500_000 + "-01"]
)
def test_a_hostile_cell_costs_no_more_than_its_length(desk, cell):
    started = time.perf_counter()
    checked = desk.workload(workload(month=cell), workload(remark=cell), workload("0102"))
    assert time.perf_counter() - started < 20
    assert refusals(checked) == {2: "R_TEXT_LEN", 3: "R_TEXT_LEN"}


def test_a_file_as_long_as_the_limit_is_read_in_seconds(desk):
    departments = {f"{number:04d}": "" for number in range(1000)}
    rows = [
        workload(code, visits=place * 997 % 10_000, month=f"2024-{place:02d}")
        for place in range(1, 11)
        for code in departments
    ]
    rows += [[str(row[0]).replace("2024", "2025"), *row[1:]] for row in rows]
    steps: list[str] = []
    started = time.perf_counter()
    checked = desk.workload(
        *rows,
        masters=Masters(departments=departments),
        progress=lambda _, step: steps.append(step),
    )
    assert time.perf_counter() - started < 10
    assert (checked.verdict, checked.accepted_rows) == ("accept", 20_000)
    assert steps == [
        f"intake.step.{step}" for step in ("gate", "read", "header", "rows", "totals", "preview")
    ]
