"""The command line, as a person types it: what it prints, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from core.__main__ import app
from tests.stores import url_of

WORKLOAD = (
    "月份,科室编码,门诊人次,急诊人次,入院人次,出院人次,实际占用床日,实际开放床日,手术台次\n"
    "2025-01,A1,100,5,10,9,270,300,3\n"
    "2025-02,A1,120,6,11,10,252,280,4\n"
)
NHS = """
table = "workload"
aggregate = "sum"
create_departments = true
absent = ["outpatient_visits", "discharges", "bed_days_used", "bed_days_open", "surgeries"]
[columns]
month = "period"
dept_code = "org_code"
emergency_visits = "attendances"
admissions = "admissions"
"""


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{(tmp_path / 'cli.db').as_posix()}"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def made_with_departments(db: str, folder: Path) -> None:
    """A hospital with one ward, A1."""
    file = folder / "departments.csv"
    file.write_text("科室编码,科室名称,科室类别,编制床位\nA1,内科,临床,10\n", encoding="utf-8")
    assert run("init", "--name", "甲医院", "--db", db).exit_code == 0
    assert run("import", str(file), "--table", "departments", "--yes", "--db", db).exit_code == 0


def workload(folder: Path, text: str = WORKLOAD) -> str:
    file = folder / "workload.csv"
    file.write_text(text, encoding="gbk")
    return str(file)


def rows_of(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_init_makes_one_empty_hospital_however_often_it_runs(db: str) -> None:
    first, second = run("init", "--db", db), run("init", "--db", db)
    assert json.loads(first.stdout) == json.loads(second.stdout)
    assert [row["name_zh"] for row in json.loads(first.stdout)["hospitals"]] == ["本院"]


@pytest.mark.slow
def test_the_demo_is_made_once_and_ends_before_the_month_of_as_of(db: str) -> None:
    words = ("init", "--demo", "--as-of", "2026-11-15", "--db", db)
    assert json.loads(run(*words).stdout) == json.loads(run(*words).stdout)
    months = [row["month"] for row in rows_of(run("measures", "--measure", "income", "--db", db))]
    assert (months[0], months[-1], len(months)) == ("2023-11", "2026-10", 36)


def test_a_check_leaves_no_store_behind(tmp_path: Path, db: str) -> None:
    result = run("check", workload(tmp_path), "--table", "workload", "--db", db)
    assert json.loads(result.stdout)["verdict"] == "reject"
    assert not (tmp_path / "cli.db").exists()


def test_a_check_names_row_column_and_code(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    bad = WORKLOAD.replace("2025-02,A1,120", "2025-02,A9,120")
    result = json.loads(
        run("check", workload(tmp_path, bad), "--table", "workload", "--db", db).stdout
    )
    assert result == {
        "verdict": "partial",
        "accepted_rows": 1,
        "rejected_rows": [{"row": 3, "column": "dept_code", "code": "R_UNKNOWN_DEPT"}],
        "file_codes": [],
        "warnings": [],
        "control_total": {"column": "outpatient_visits", "value": 100.0},
    }


def test_masters_can_come_from_a_folder(tmp_path: Path, db: str) -> None:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "departments.csv").write_text("科室编码,科室名称\nA1,内科\n", encoding="utf-8-sig")
    words = ("--table", "workload", "--reference", str(folder), "--as-of", "2025-01-31")
    result = json.loads(run("check", workload(tmp_path), *words, "--db", db).stdout)
    assert result["rejected_rows"] == [{"row": 3, "column": "month", "code": "R_DATE_RANGE"}]


def test_an_import_without_yes_stores_nothing(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    file = workload(tmp_path)
    shown = run("import", file, "--table", "workload", "--db", db)
    assert (shown.exit_code, json.loads(shown.stdout)["batch"]) == (1, None)
    assert run("import", file, "--table", "workload", "--yes", "--db", db).exit_code == 0
    again = run("import", file, "--table", "workload", "--yes", "--db", db)
    assert (again.exit_code, json.loads(again.stdout)["file_codes"]) == (1, ["F_DUP_FILE"])


def test_measures_come_long_in_the_order_of_by(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    run("import", workload(tmp_path), "--table", "workload", "--yes", "--db", db)
    words = ("measures", "--measure", "outpatient_visits", "--measure", "transfers_in", "--db", db)
    text = run(*words, "--by", "department,month", "--to", "2025-01").stdout
    assert text == (
        "department,month,measure,value\n"
        "A1,2025-01,outpatient_visits,100\n"
        "A1,2025-01,transfers_in,\n"
    )
    found = json.loads(run(*words, "--by", "", "--format", "json").stdout)
    assert found == [
        {"measure": "outpatient_visits", "value": 220},
        {"measure": "transfers_in", "value": None},
    ]


def test_indicators_answer_to_code_and_to_name(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    run("import", workload(tmp_path), "--table", "workload", "--yes", "--db", db)
    rows = rows_of(run("indicators", "--code", "OP001", "--code", "bed_occupancy", "--db", db))
    assert [(row["month"], row["code"], float(row["value"])) for row in rows] == [
        ("2025-01", "OP001", 90.0),
        ("2025-01", "bed_occupancy", 90.0),
        ("2025-02", "OP001", 90.0),
        ("2025-02", "bed_occupancy", 90.0),
    ]


def test_money_is_in_yuan(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    file = tmp_path / "cost.csv"
    file.write_text(
        "月份,科室编码,成本项目编码,金额(元)\n2025-01,A1,A01,1234.56\n2025-01,A1,A02,0.44\n",
        encoding="utf-8",
    )
    run("import", str(file), "--table", "direct_cost", "--yes", "--db", db)
    rows = rows_of(run("measures", "--measure", "direct_cost", "--by", "month", "--db", db))
    assert rows == [{"month": "2025-01", "measure": "direct_cost", "value": "1235"}]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("measures", "--measure", "nothing"), "E_MEASURE"),
        (("indicators", "--code", "ZZ999"), "E_INDICATOR"),
        (("measures", "--measure", "income", "--by", "weekday"), "E_BY"),
        (("measures", "--measure", "income", "--from", "2025-13"), "E_MONTH"),
        (("check", "missing.csv", "--table", "workload"), "E_FILE"),
        (("check", "missing.csv", "--table", "wages"), "E_TABLE"),
        (("check", "missing.csv", "--table", "workload", "--as-of", "soon"), "E_DATE"),
    ],
)
def test_a_fault_is_worded_on_standard_error(db: str, words: tuple[str, ...], code: str) -> None:
    run("init", "--db", db)
    result = run(*words, "--db", db)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{code}: ")
    assert "{" not in result.stderr
    assert "Traceback" not in result.stderr


def test_a_filled_template_is_accepted(tmp_path: Path, db: str) -> None:
    made_with_departments(db, tmp_path)
    names = json.loads(run("templates", str(tmp_path / "t")).stdout)["files"]
    assert set(names) >= {"workload.xlsx", "income.xlsx", "driver.xlsx", "all.xlsx"}
    path = tmp_path / "t" / "workload.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    values = {"月份": "2025-01", "科室编码": "A1"}
    sheet.append(
        [values.get(str(h), 1 if "次" in str(h) or "床日" in str(h) else None) for h in headers]
    )
    book.save(path)
    result = json.loads(run("check", str(path), "--table", "workload", "--db", db).stdout)
    assert (result["verdict"], result["accepted_rows"]) == ("accept", 1)


def test_a_table_of_another_country_comes_in_through_a_mapping(
    shared_folder: Path, tmp_path: Path, db: str
) -> None:
    """Three rows a key are summed, unknown departments created, and nothing absent reads as 0."""
    source = shared_folder / "data" / "flow" / "nhs_ae_monthly.csv"
    mapping = tmp_path / "nhs.toml"
    mapping.write_text(NHS, encoding="utf-8")
    words = ("--table", "workload", "--map", str(mapping), "--yes", "--db", db)
    assert run("import", str(source), *words).exit_code == 0
    sums: Counter[tuple[str, str]] = Counter()
    with source.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sums[row["period"][:7], "emergency_visits"] += int(row["attendances"])
            sums[row["period"][:7], "admissions"] += int(row["admissions"])
    asked = ("--measure", "emergency_visits", "--measure", "admissions")
    rows = rows_of(run("measures", *asked, "--by", "month", "--db", db))
    assert {(row["month"], row["measure"]): int(row["value"]) for row in rows} == dict(sums)
    absent = rows_of(run("measures", "--measure", "outpatient_visits", "--db", db))
    assert {row["value"] for row in absent} == {""}


def test_indicators_print_all_that_are_computed_unless_named(demo_file: Path) -> None:
    rows = rows_of(
        run("indicators", "--level", "department", "--month", "2026-10", "--db", url_of(demo_file))
    )
    assert {row["month"] for row in rows} == {"2026-10"}
    assert len({row["code"] for row in rows}) >= 130
    assert list(rows[0]) == ["month", "department", "code", "value"]


def test_indicators_are_told_by_disease_group(demo_file: Path) -> None:
    words = ("--code", "QA055", "--level", "disease_group", "--month", "2026-10")
    rows = rows_of(run("indicators", *words, "--db", url_of(demo_file)))
    assert len({row["disease_group"] for row in rows if row["value"]}) >= 60


def test_roll_ups_of_this_catalogue_are_left_as_they_are(demo_file: Path) -> None:
    told = json.loads(run("rollups", "--db", url_of(demo_file)).stdout)
    assert [hospital["rebuilt"] for hospital in told["hospitals"]] == [False]
