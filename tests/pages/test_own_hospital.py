"""A hospital of one's own, built from files of every table: its home page to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.commands import Asked, date_of, import_file, init
from core.hospital.facts import FACT_TABLES, MASTER_TABLES
from core.store.engine import Actor
from core.store.opening import open_store
from tests.own_hospital import write_files
from tests.pages.app import HOME, Tab
from tests.stores import AS_OF, url_of

CARDS = {
    "非计划重返手术室再手术率": "5.00%",  # 1 of 20 operations
    "Ⅰ、Ⅱ级不良事件发生率": "50.00‰",  # 3 of 60 discharges
    "甲级病历率": "95.0%",  # 57 of 60 records
    "门诊患者满意度": "91.3 分",  # (5,400 + 3,730) points of 100 answers
    "投诉率": "21.51 件/万人次",  # 4 of 1,800 visits and 60 discharges
    "门诊患者预约后平均等待时间": "25.0 分钟",  # 30,000 minutes of 1,200 patients
    "门急诊人次": "1,800 人次",  # 1,000 + 500 + 300
    "出院人次": "60 人次",  # 40 + 20
    "床位使用率": "86.7%",  # (18 + 8) of (20 + 10) beds
    "平均住院日": "8.00 天",  # 480 days of 60 patients
    "医疗盈余率": "5.0%",  # (400,000 − 380,000) of 400,000 元
    "病例组合指数 CMI": "1.007",  # (38 × 0.8 + 20 × 1.4) of 58 grouped cases
}


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store, filled from the files through the command's own way in."""
    folder = tmp_path_factory.mktemp("own")
    path = folder / "own.db"
    store, actor = open_store(url_of(path)), Actor("测试员", "tests")
    init(store, actor, "小康医院")
    for table, file in write_files(folder).items():
        asked = Asked(file, table, None, None, date_of(AS_OF))
        verdict, stored = import_file(store, asked, actor, True, lambda share, step: None)
        assert stored, (table, verdict)
        assert verdict["verdict"] == "accept", (table, verdict)
    store.close()
    return path


@pytest.fixture
def own(use: Callable[[Path], Path], own_file: Path) -> Path:
    return use(own_file)


def test_the_files_are_every_table_there_is(tmp_path: Path) -> None:
    assert set(write_files(tmp_path)) == {*FACT_TABLES, *MASTER_TABLES}


def test_the_home_page_of_a_hospital_of_ones_own_is_right_to_the_last_digit(own: Path) -> None:
    assert Tab(HOME, period="2026-10", compare="last_period").metrics() == CARDS


def test_the_change_against_the_month_before_is_right_to_the_last_digit(own: Path) -> None:
    tab = Tab(HOME, period="2026-10", compare="last_period")
    changes = {metric.label: metric.delta for metric in tab.at.metric}
    # 1,800 against 1,700 visits; 5 against 0 % of operations.
    assert changes["门急诊人次"] == "+5.9%"
    assert changes["非计划重返手术室再手术率"] == "+5.0 个百分点"
    assert changes["出院人次"] == "0.0%"
