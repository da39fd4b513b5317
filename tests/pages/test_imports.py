"""数据导入: from a file to the number on home, with every word a person needs on the way."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core.frames import Scope
from core.hospital.records import departments, mappings
from core.intake.delivered.records import batches
from core.intake.templates import workbook_of_all
from pages.shared import session
from tests.pages.app import HOME, IMPORTS, Tab

HEADER = "月份,科室编码,门诊人次,急诊人次,入院人次,出院人次,实际占用床日,实际开放床日,手术台次,备注"
GOOD = "2026-01,D2,90,10,50,48,1000,930,0,"
VISITS = "门急诊人次"


def _csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode("gb18030")


def _bring(tab: Tab, content: bytes, name: str = "一月.csv", table: str = "workload") -> Tab:
    tab.choose("import_group", "monthly").choose("import_table", table)
    tab.at.file_uploader[0].upload(name, content)
    return tab.run()


def _book(*names: str) -> bytes:
    """A workbook with these sheets; the first has 90 visits, each other ten more."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for place, name in enumerate(names):
            sheet = book.add_worksheet(name)
            for line, text in enumerate((HEADER, GOOD.replace(",90,", f",{90 + place * 10},"))):
                sheet.write_row(line, 0, text.split(","))
    return buffer.getvalue()


def _batches() -> int:
    return len(batches(session.store(), 1))


def test_two_bad_rows_are_named_and_the_rest_goes_in(gap: Path) -> None:
    bad = ("2026-01,D9,1,1,1,1,1,1,1,", "2026-01,D1,许多,1,1,1,1,1,1,")
    tab = _bring(Tab(IMPORTS), _csv(GOOD, *bad))
    assert tab.at.warning[0].value == "可以导入 1 行；2 行被拒收，原因见下。"
    refused = next(table.value for table in tab.at.dataframe if "原因与办法" in table.value)
    assert refused["行号"].tolist() == [3, 4]
    assert list(tab.metrics().values()) == ["1", "2", "90 人次", "2026年1月"]
    assert _batches() == 2
    tab.press("确认写入 1 行")
    assert tab.at.success[0].value.startswith("批次 3 已生效：《科室月度工作量表》1 行，2026年1月")
    assert tab.go(HOME).metrics()[VISITS] == "310 人次"


def test_nothing_is_written_before_a_person_confirms(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv(GOOD))
    assert tab.at.success[0].value == "可以导入：1 行全部合格。"
    assert _batches() == 2
    assert tab.go(HOME).metrics()[VISITS] == "210 人次"


def test_the_same_file_twice_changes_nothing(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv(GOOD)).press("确认写入 1 行")
    _bring(tab, _csv(GOOD))
    assert tab.errors() == ["这个文件不能导入，什么都没有写入。"]
    assert not [button for button in tab.at.button if button.label.startswith("确认写入")]
    assert _batches() == 3


def test_a_batch_can_be_undone(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv(GOOD)).press("确认写入 1 行")
    tab.select(f"import_history_{session.store().version()}", 0).press("撤销批次 3")
    assert tab.at.success[0].value == "批次 3 已撤销，被它替换的行已恢复。"
    assert tab.go(HOME).metrics()[VISITS] == "210 人次"


def test_a_batch_that_a_later_one_rests_on_is_kept_with_the_reason(gap: Path) -> None:
    tab = Tab(IMPORTS)
    for visits in (90, 95):
        _bring(tab, _csv(GOOD.replace(",90,", f",{visits},"))).press("确认写入 1 行")
    tab.select(f"import_history_{session.store().version()}", 1).press("撤销批次 3")
    assert "批次 4" in tab.errors()[0]
    assert tab.go(HOME).metrics()[VISITS] == "315 人次"


def test_a_total_that_disagrees_waits_for_a_second_look(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv(GOOD, "合计,,900,10,50,48,1000,930,0,"))
    confirm = next(b for b in tab.at.button if b.label == "确认写入 1 行")
    assert confirm.disabled
    tab.at.checkbox[0].check()
    tab.run()
    again = _csv(GOOD, "合计,,800,10,50,48,1000,930,0,")
    tab.at.file_uploader[0].set_value(("一月.csv", again, ""))
    assert not tab.run().at.checkbox[0].value  # another file, another look
    tab.at.checkbox[0].check()
    tab.run().press("确认写入 1 行")
    assert _batches() == 3


def test_personal_data_is_refused_and_shown_nowhere(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv(GOOD + "张三 11010519491231002X"), "张三13800138000.csv")
    assert "11010519491231002X" not in tab.said()
    assert "13800138000" not in tab.said()
    assert _batches() == 2


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"PK\x03\x04broken"])
def test_a_file_that_is_none_is_refused_in_words(gap: Path, content: bytes) -> None:
    tab = _bring(Tab(IMPORTS), content, "坏.xlsx")
    assert tab.errors() == ["这个文件不能导入，什么都没有写入。"]


def test_of_several_sheets_a_person_chooses(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _book("上旬", "下旬"), "一月.xlsx")
    assert next(b for b in tab.at.button if b.label == "确认写入 1 行").disabled
    _answer(tab, "工作表", "下旬")
    tab.run().press("确认写入 1 行")
    assert tab.go(HOME).metrics()[VISITS] == "320 人次"


def test_the_sheet_of_one_file_is_not_asked_of_the_next(gap: Path) -> None:
    tab = _bring(Tab(IMPORTS), _book("上旬", "下旬"), "一月.xlsx")
    _answer(tab, "工作表", "下旬")
    tab.run()
    tab.at.file_uploader[0].set_value(("二月.xlsx", _book("别的"), ""))
    tab.run()
    assert tab.at.success[0].value == "可以导入：1 行全部合格。"


def test_a_foreign_file_is_read_once_a_person_says_which_column_is_which(empty: Path) -> None:
    rows = ["2026-01-01,AB1,other,12", "2026-01-01,AB1,type1,30", "2026-01-01,AB2,type1,5"]
    tab = _bring(Tab(IMPORTS), _csv(*rows, header="period,org_code,type,attendances"))
    for label, choice in {
        "月份 *": "=period",
        "科室编码 *": "=org_code",
        "急诊人次 *": "=attendances",
    }.items():
        _answer(tab, label, choice)
    for label in ("门诊人次", "入院人次", "出院人次", "实际占用床日", "实际开放床日", "手术台次"):
        _answer(tab, f"{label} *", "absent")
    for box in tab.at.checkbox:
        box.check()
    tab.write("这套列对应的名字", "急诊 *月报*").press("保存并试读")
    assert tab.errors() == []
    assert "将新建 2 个科室（先以编码命名，类别未分类）：AB1、AB2" in tab.said()
    tab.press("确认写入 3 行")
    assert tab.go(HOME).metrics()[VISITS] == "—"  # outpatient visits were not reported
    assert set(departments(session.store(), Scope(1, 1, 2))["department"]) == {"AB1", "AB2"}
    assert mappings(session.store(), 1, "workload")["name"].tolist() == ["急诊 *月报*"]
    february = _csv("2026-02-01,AB1,other,3", header="period,org_code,type,attendances")
    again = _bring(Tab(IMPORTS), february)
    assert again.at.info[0].value == r"已套用保存的列对应「急诊 \*月报\*」。"
    again.press("确认写入 1 行")


def _answer(tab: Tab, label: str, choice: str) -> None:
    next(box for box in tab.at.selectbox if box.label == label).set_value(choice)


def test_a_mapping_without_a_name_is_not_saved(empty: Path) -> None:
    tab = _bring(Tab(IMPORTS), _csv("2026-01,1", header="period,visits")).press("保存并试读")
    assert tab.errors()
    assert mappings(session.store(), 1, "workload").empty


def _owed(tab: Tab, month: str) -> tuple[int, int]:
    """How many tables are due of this month, and how many are in."""
    found = re.fullmatch(rf"{month}：应交 (\d+) 张，已交 (\d+) 张", tab.headline())
    assert found is not None, tab.headline()
    return int(found[1]), int(found[2])


def test_what_is_due_follows_the_month(demo: Path) -> None:
    tab = Tab(IMPORTS)
    assert _owed(tab, "2026年10月") == (13, 13)
    tab.choose("due_month", 202611)
    assert _owed(tab, "2026年11月") == (13, 0)
    assert set(tab.table()["状态"]) == {"○ 未交"}


def test_what_is_due_survives_a_change_of_the_scope(demo: Path) -> None:
    tab = Tab(IMPORTS).choose("scope_month", 202601).choose("due_month", 202602)
    assert _owed(tab, "2026年2月") == (13, 13)
    tab.choose("scope_month", 202610)
    assert tab.headline().startswith("2026年")


def test_an_empty_hospital_owes_everything(empty: Path) -> None:
    tab = Tab(IMPORTS)
    assert tab.headline() == "2026年10月：应交 4 张，已交 0 张"
    assert "还没有导入过文件。" in tab.texts()


def test_the_history_names_the_newest_first(demo: Path) -> None:
    history = Tab(IMPORTS).table(-1)
    assert history["批次"].tolist() == sorted(history["批次"], reverse=True)
    assert set(history["状态"]) == {"有效"}


def test_templates_open_as_workbooks() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of_all(list(session.tables().values()))))
    assert len(book.sheetnames) == len(session.tables()) + 1
