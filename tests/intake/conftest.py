"""Files as hospitals make them, built for one test each."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.intake.check import Checked, CheckRequest, Masters, check
from core.intake.definitions import TableDefinition, load_tables
from core.words import set_language

ROOT = Path(__file__).resolve().parents[2]
WORKLOAD = (
    "月份,科室编码,科室名称,门诊人次,急诊人次,入院人次,出院人次"
    ",实际占用床日,实际开放床日,手术台次,备注"
)
COST = "月份,科室编码,成本项目编码,成本项目名称,金额(元),备注"
DRIVER = "月份,科室编码,动因编码,数值,单位,备注"
INCOME = "月份,开单科室编码,执行科室编码,门诊或住院,收入类别,金额(元),备注"
DEPARTMENTS = "科室编码,科室名称,科室类别,编制床位"

MASTERS = Masters(
    departments={"0101": "心血管内科", "0102": "呼吸内科", "0201": "普通外科"},
    elements={"A01": "人员经费", "A02": "卫生材料费"},
    drivers={"HC": ("在岗人数", "人"), "AREA": ("建筑面积", "平方米")},
    last_totals={"direct_cost": (202412, "amount", Decimal("1000000.00"))},
)


@pytest.fixture(scope="session")
def tables() -> dict[str, TableDefinition]:
    return load_tables(ROOT / "data" / "intake")


@pytest.fixture(autouse=True)
def _chinese():
    set_language("zh")


def workload(
    code: object = "0101", visits: object = 10, month: object = "2025-01", remark: str = ""
):
    """One row of the workload table."""
    return [month, code, "心血管内科", visits, 1, 2, 3, 40, 50, 6, remark]


def cost(amount: object, code: str = "0101", element: str = "A01", remark: str = ""):
    """One row of the direct cost table."""
    return ["2025-01", code, element, "人员经费", amount, remark]


def csv_text(header: str, *rows: Sequence[object]) -> str:
    """The header and rows that hold no comma or quote of their own."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


class Desk:
    """Writes a file and checks it, as the import page does."""

    def __init__(self, folder: Path, tables: dict[str, TableDefinition]) -> None:
        self.folder = folder
        self.tables = tables

    def check(self, content: bytes | str, table: str = "workload", **request: Any) -> Checked:
        """Check the bytes of an uploaded file; text is UTF-8."""
        name = request.pop("name", "upload.csv")
        path = self.folder / "stored.bin"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        asked = {
            "definition": self.tables[table],
            "definitions": self.tables,
            "masters": MASTERS,
            "as_of": dt.date(2025, 12, 31),
        }
        return check(path, name, CheckRequest(**(asked | request)))

    def workload(self, *rows: Sequence[object], **request: Any) -> Checked:
        """Check a CSV of workload rows."""
        return self.check(csv_text(WORKLOAD, *rows), **request)

    def cost(self, *rows: Sequence[object], **request: Any) -> Checked:
        """Check a CSV of direct cost rows."""
        return self.check(csv_text(COST, *rows), "direct_cost", **request)

    def book(self, *sheets: Sequence[Sequence[object]], **request: Any) -> Checked:
        """Check an .xlsx; each sheet is a list of rows."""
        content = workbook(*sheets, dress=request.pop("dress", None))
        return self.check(content, name="upload.xlsx", **request)


@pytest.fixture
def desk(tmp_path: Path, tables: dict[str, TableDefinition]) -> Desk:
    return Desk(tmp_path, tables)


def workbook(
    *sheets: Sequence[Sequence[object]],
    dress: Callable[[Any, list[Any]], None] | None = None,
    options: dict[str, Any] | None = None,
) -> bytes:
    """An .xlsx of typed cells; `dress` gets the workbook and its sheets before they are saved."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True} | (options or {}))
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    as_time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    pages = []
    for rows in sheets:
        page = book.add_worksheet()
        pages.append(page)
        for line, row in enumerate(rows):
            for at, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    page.write_datetime(line, at, value, as_time)
                elif isinstance(value, dt.date):
                    page.write_datetime(line, at, dt.datetime.combine(value, dt.time()), as_date)
                elif isinstance(value, str):
                    page.write_string(line, at, value)
                elif isinstance(value, int | float):
                    page.write_number(line, at, value)
    if dress:
        dress(book, pages)
    book.close()
    return target.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The .xlsx with parts replaced or added; `sheet` stands for the first sheet's XML."""
    named = {"sheet": "xl/worksheets/sheet1.xml", "macro": "xl/vbaProject.bin"}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        replaced = {named[key]: part for key, part in parts.items()}
        for entry in old.namelist():
            new.writestr(entry, replaced.pop(entry, None) or old.read(entry))
        for entry, part in replaced.items():
            new.writestr(entry, part)
    return target.getvalue()


def sheet_xml(content: bytes) -> bytes:
    """The XML of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def file_codes(checked: Checked) -> list[str]:
    return [notice.code for notice in checked.file_faults]


def warning_codes(checked: Checked) -> list[str]:
    return [notice.code for notice in checked.warnings]


def refusals(checked: Checked) -> dict[int, str]:
    """The first code of each refused row."""
    found: dict[int, str] = {}
    for fault in checked.rejected:
        found.setdefault(fault.row, fault.code)
    return found
