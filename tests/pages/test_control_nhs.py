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
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.__main__ import app
from core.frames import Scope
from core.hospital import records
from core.months import month_range
from core.statistics.funnel import FunnelRule, funnel
from core.statistics.xmr import XmrRule, xmr
from core.store.opening import open_store
from pages.shared.sheets import workbook
from tests.pages.app import Tab
from tests.stores import url_of

CONTROL = "pages/analysis/control.py"
VISITS = "OP057"
MAPPING = """
table = "workload"
aggregate = "sum"
create_departments = true
absent = ["outpatient_visits", "discharges", "bed_days_used", "bed_days_open", "surgeries"]
[columns]
month = "period"
dept_code = "org_code"
emergency_visits = "{visits}"
admissions = "{other}"
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


def test_a_funnel_of_the_trusts_and_the_chart_are_exported(
    raw: list[dict[str, str]], bring: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits beyond four hours of the last month, a trust a row: read back from the store."""
    store = open_store(url_of(bring("attendances", "breaches")))
    facts = records.facts(store, Scope(1, 201903, 201903))
    store.close()
    wide = facts.pivot_table(index="department", columns="measure", values="value")
    wide = wide[wide["emergency_visits"] > 0]
    found = funnel(wide["admissions"].tolist(), wide["emergency_visits"].tolist(), FunnelRule())
    trusts = sums(raw)
    march = {trust: by[201903] for trust, by in trusts.items() if by[201903]["attendances"] > 0}
    assert wide.index.tolist() == sorted(march)
    shares = [march[trust]["breaches"] / march[trust]["attendances"] for trust in sorted(march)]
    assert found.values == pytest.approx(shares)  # noqa: PD011 a field, not a frame
    assert not found.few
    assert found.phi > 1
    funnelled = pd.DataFrame(
        {
            "trust": wide.index,
            "share": found.values,  # noqa: PD011
            "lower": found.wide.lower998,
            "upper": found.wide.upper998,
            "outlier": found.outlier.astype(int),
        }
    )
    points = Tab(CONTROL, dept="RJC", indicator=VISITS, spring="0").table()
    made = workbook([("chart", points), ("funnel", funnelled)])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book["chart"].max_row == 37
    assert book["funnel"].max_row == len(march) + 1
    assert book["funnel"].cell(2, 2).value == pytest.approx(shares[0])
