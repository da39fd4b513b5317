"""A real table of another shape, mapped in the browser: what goes in is what the file holds."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from core.commands import Cut, values
from core.store.opening import open_store
from tests.browser.conftest import Open
from tests.browser.screen import Screen
from tests.browser.server import serve
from tests.stores import url_of, write_empty

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANSWERS = {
    "月份 *": "period",
    "科室编码 *": "org_code",
    "急诊人次 *": "attendances",
    "入院人次 *": "admissions",
}
NOT_REPORTED = ("门诊人次", "出院人次", "实际占用床日", "实际开放床日", "手术台次")


@pytest.fixture(scope="module")
def nhs(shared_folder: Path) -> Path:
    path = shared_folder / "data" / "flow" / "nhs_ae_monthly.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is absent")
    return path


def test_the_nhs_table_goes_in_through_a_saved_mapping(
    tab: Open, nhs: Path, tmp_path: Path
) -> None:
    store = write_empty(tmp_path / "store.db")
    with serve(store) as address:
        screen = tab(address).open()
        screen.menu("数据导入")
        screen.page.get_by_role("radio", name="每月必交", exact=True).click()
        screen.choose("这是哪张表", "科室月度工作量表")
        screen.upload(nhs)
        screen.says("这个文件不能导入，什么都没有写入。")
        _say_which_is_which(screen)
        screen.page.get_by_role("button", name="确认写入").click()
        screen.says("已生效")
        screen.page.get_by_role("link", name="去运营总览看结果").click()
        _numbers_from_april_2016(screen, nhs)
        _the_next_file_finds_the_mapping(screen, nhs, tmp_path)
        assert screen.faults == []
        assert screen.strangers == []
    _sums_agree(store, nhs)


def _say_which_is_which(screen: Screen) -> None:
    for label, header in ANSWERS.items():
        screen.choose(label, header)
    for label in NOT_REPORTED:
        screen.choose(f"{label} *", "本来源没有上报（记为缺失，不是 0）")
    for words in ("同一科室同一月有多行时相加", "未知科室在确认后新建"):
        screen.page.get_by_test_id("stCheckbox").get_by_text(words).click()
    screen.page.get_by_role("textbox", name="这套列对应的名字").fill("NHS A&E")
    screen.press("保存并试读")
    screen.says("将新建")


def _numbers_from_april_2016(screen: Screen, file: Path) -> None:
    first = _sums(file, "admissions")["2016-04"]
    screen.title("运营总览")
    screen.open("", period="2016-04")
    expect(screen.page.locator("h3").first).to_contain_text("2016年4月")
    screen.open("department", dept="AAH", period="2016-04")
    expect(screen.page.locator("h3").first).to_contain_text("AAH 2016年4月")
    assert first > 0


def _the_next_file_finds_the_mapping(screen: Screen, file: Path, folder: Path) -> None:
    header, line, *_ = file.read_text(encoding="utf-8").splitlines()
    later = folder / "next.csv"
    later.write_text(f"{header}\n{line}\n", encoding="utf-8")
    screen.open("data_imports")
    screen.choose("这是哪张表", "科室月度工作量表")
    screen.upload(later)
    screen.says("已套用保存的列对应")
    screen.says("可以导入：1 行全部合格。")


def _sums(file: Path, column: str) -> Counter[str]:
    """The file's own sums by month."""
    sums: Counter[str] = Counter()
    with file.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            sums[row["period"][:7]] += int(row[column] or 0)
    return sums


def _sums_agree(path: Path, file: Path) -> None:
    store = open_store(url_of(path))
    rows = values(store, "measure", ["emergency_visits", "admissions"], Cut("month", "", ""))
    store.close()
    for measure, column in (("emergency_visits", "attendances"), ("admissions", "admissions")):
        stored = {row["month"]: row["value"] for row in rows if row["measure"] == measure}
        assert stored == dict(_sums(file, column))
