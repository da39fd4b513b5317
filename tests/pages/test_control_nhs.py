"""Real figures: England's accident and emergency departments, through the importer to the chart.

A trust is a department. January and February are apart: there is no Spring Festival in England.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from core.__main__ import app
from core.months import month_range
from core.statistics.funnel import FunnelRule, funnel
from core.statistics.xmr import XmrRule, xmr
from pages.shared.sheets import workbook
from tests.pages.app import Tab
from tests.stores import url_of

CONTROL = "pages/analysis/control.py"
EXPLORE = "pages/analysis/explore.py"
VISITS, SHARE = "OP057", "OP014"
MAPPING = """
table = "workload"
aggregate = "sum"
create_departments = true
absent = ["outpatient_visits", "admissions", "bed_days_used", "bed_days_open"]
[columns]
month = "period"
dept_code = "org_code"
emergency_visits = "{visits}"
discharges = "{visits}"
surgeries = "{other}"
"""
Raw = dict[str, dict[int, dict[str, float]]]


@pytest.fixture
def raw(shared_folder: Path) -> list[dict[str, str]]:
    source = shared_folder / "data" / "flow" / "nhs_ae_monthly.csv"
    with source.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["type"] == "1"]


@pytest.fixture
def bring(
    raw: list[dict[str, str]], use: Callable[[Path], Path], tmp_path: Path
) -> Callable[[str, str], Path]:
    """Import the main departments' rows with these two columns; the app uses the store."""

    def made(visits: str, other: str) -> Path:
        store, source, mapping = (tmp_path / name for name in ("nhs.db", "ae.csv", "ae.toml"))
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(raw[0]))
            writer.writeheader()
            writer.writerows(raw)
        mapping.write_text(MAPPING.format(visits=visits, other=other), encoding="utf-8")
        words = ("--table", "workload", "--map", str(mapping), "--yes", "--db", url_of(store))
        result = CliRunner().invoke(app, ["init", "--name", "NHS England", "--db", url_of(store)])
        assert result.exit_code == 0, result.stderr
        result = CliRunner().invoke(app, ["import", str(source), *words])
        assert result.exit_code == 0, result.stderr
        return use(store)

    return made


def sums(raw: list[dict[str, str]]) -> Raw:
    """By trust, month and column."""
    found: Raw = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for row in raw:
        month = int(row["period"][:7].replace("-", ""))
        for name in ("attendances", "breaches"):
            found[row["org_code"]][month][name] += int(row[name])
    return found


def shown_limits(tab: Tab) -> tuple[str, str]:
    points = tab.table()
    return points["均值"].iloc[0], points["正常范围"].iloc[0]


def test_every_trusts_limits_are_those_of_the_raw_figures(
    raw: list[dict[str, str]], bring: Callable[[str, str], Path]
) -> None:
    bring("attendances", "breaches")
    trusts = sums(raw)
    months = month_range(201604, 201903)
    whole = sorted(trust for trust, by in trusts.items() if set(by) == set(months))
    assert len(whole) > 50
    for trust in ("RJC", *whole[:2]):
        values = [trusts[trust][month]["attendances"] for month in months]
        chart = xmr(values, XmrRule())
        tab = Tab(CONTROL, dept=trust, indicator=VISITS, spring="0")
        low, high = (f"{value:,.0f}" for value in (chart.lower[0], chart.upper[0]))
        mean, limits = shown_limits(tab)
        assert mean == f"{chart.mean[0]:,.0f} 人次"
        assert limits == f"{low}–{high} 人次"


def test_the_shared_case_of_a_trust_comes_out_of_its_imported_rows(
    shared_folder: Path, bring: Callable[[str, str], Path]
) -> None:
    bring("breaches", "attendances")
    case = json.loads(
        (shared_folder / "cases" / "control" / "ptd_ae_RJC_breaches.json").read_text("utf-8")
    )
    expected = case["expected"]
    tab = Tab(CONTROL, dept="RJC", indicator=VISITS, spring="0")
    points = tab.table()
    told = [f"{value:,.0f} 人次" for value in reversed(case["input"]["values"])]
    assert points["本期"].tolist() == told
    low, high = (f"{expected[name][-1]:,.0f}" for name in ("lpl", "upl"))
    assert shown_limits(tab) == (f"{expected['mean'][-1]:,.0f} 人次", f"{low}–{high} 人次")
    special = ["正常波动" not in text for text in reversed(points["判断"].tolist())]
    assert special == expected["special_cause_flag"]


def test_a_funnel_of_the_trusts_is_drawn_and_exported_from_the_page(
    raw: list[dict[str, str]], bring: Callable[[str, str], Path]
) -> None:
    """Waits beyond four hours of the last month: they stand where a share of discharges does."""
    bring("attendances", "breaches")
    march = {trust: by[201903] for trust, by in sums(raw).items() if by[201903]["attendances"] > 0}
    trusts = sorted(march)
    late, all_visits = (
        [march[one][name] for one in trusts] for name in ("breaches", "attendances")
    )
    found = funnel(late, all_visits, FunnelRule())
    assert not found.few
    assert found.phi > 1
    tab = Tab(EXPLORE, indicator=SHARE, by="department", show="funnel", period="2019-03")
    rows = tab.table().set_index("科室")
    assert sorted(rows.index) == trusts
    outside = rows.index[rows["超出漏斗（99.8%）"] != "—"]
    assert sorted(outside) == [one for one, out in zip(trusts, found.outlier, strict=True) if out]
    shares = openpyxl.load_workbook(io.BytesIO(workbook([("funnel", rows.reset_index())])))
    told = {line[0]: line[1] for line in shares["funnel"].iter_rows(min_row=2, values_only=True)}
    for trust in trusts:
        exact = march[trust]["breaches"] / march[trust]["attendances"]
        assert told[trust] == pytest.approx(exact, abs=0.0006)
