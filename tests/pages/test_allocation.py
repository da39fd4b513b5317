"""The allocation page: totals from the store, the trace, other methods, a month that lacks some."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import text

from core.costing import results
from core.costing.certificate import Certificate
from core.costing.inputs import assemble
from core.costing.model import CATEGORIES
from core.costing.records import facts_of
from core.costing.rules import load_rules
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t, texts
from tests.pages.app import ALLOCATION, ROOT, Tab
from tests.stores import url_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(ALLOCATION, lang=language)
    assert tab.title() == texts(language)["allocation.title"]


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["allocation"] = t(f"allocation.tab.{name}")
    return tab.run()


def test_the_table_adds_up_to_the_direct_cost_of_the_hospital(demo: Path) -> None:
    tab = Tab(ALLOCATION)
    rows = tab.table()
    levels = rows[[t(f"costing.column.level{level}") for level in (1, 2, 3)]].sum(axis=1)
    full = rows[t("costing.column.full")]
    assert (rows[t("costing.column.direct")] + levels - full).abs().max() < 0.001
    assert full.sum() == pytest.approx(108_042_485.11)
    values = [metric.value for metric in tab.at.metric]
    assert values[0] == "1.08 亿元"
    assert values[3] == "0 元"


def test_a_department_is_traced_to_its_ledger_rows(demo: Path) -> None:
    tab = part(Tab(ALLOCATION, dept="0503"), "trace")
    sources, rows = tab.table(), tab.table(1)
    amount = t("costing.column.amount")
    assert sources[amount].is_monotonic_decreasing
    own = sources.loc[sources[t("costing.column.code")] == "0503", amount].iloc[0]
    assert rows[amount].sum() == pytest.approx(own)


def test_methods_stand_side_by_side(demo: Path) -> None:
    rows = part(Tab(ALLOCATION), "methods").table()
    columns = [t(f"costing.method.{name}") for name in ("three_level", "direct", "reciprocal")]
    sums = rows[columns].sum()
    assert sums.max() - sums.min() < 0.01
    assert (rows[columns[0]] - rows[columns[1]]).abs().max() > 100_000


def test_the_address_brings_the_method(demo: Path) -> None:
    tab = Tab(ALLOCATION, method="direct")
    assert t("costing.column.shared") in tab.table().columns
    assert tab.query().get("method") == "direct"


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_a_quantity_that_cannot_be_is_told_by_its_department(demo: Path) -> None:
    store = open_store(url_of(demo))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(
            text(
                "UPDATE service SET quantity = -1 "
                "WHERE provider = '0701' AND receiver = '0201' AND month = 202610"
            )
        )
        writing.record("test", "services", 1)
    store.close()
    tab = Tab(ALLOCATION)
    assert [error.value for error in tab.at.error if "0701" in error.value]
    assert tab.at.subheader[0].value == t("allocation.refused", count=1)


def certificate_of(path: Path) -> Certificate:
    store = open_store(url_of(path))
    facts = facts_of(store, Scope(hospital_of(store), 202610, 202610), 202610)
    store.close()
    rules = load_rules(ROOT / "data" / "costing" / "rules.toml")
    return results.allocated(assemble(facts, rules), "three_level").certificate


def drawn(tab: Tab) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Direct cost by category and what flows between them, as wide as they are on screen."""
    chart = tab.at.get("vega_lite_chart")[0].proto  # type: ignore[attr-defined]
    frames = [pa.ipc.open_stream(io.BytesIO(one.data.data)).read_pandas() for one in chart.datasets]
    ribbons = next(frame for frame in frames if {"source", "target", "y2"} <= {*frame.columns})
    nodes = next(frame for frame in frames if {"name", "part", "y2"} <= {*frame.columns})
    own = nodes[nodes["part"] == "own"].set_index("name")
    ribbons = ribbons.drop_duplicates(["source", "target"]).set_index(["source", "target"])
    return _widths(own), _widths(ribbons)


def _widths(rows: pd.DataFrame) -> dict:
    return (rows["y2"] - rows["y"]).round().astype(int).to_dict()


def test_the_picture_holds_after_each_level_what_the_certificate_says(demo: Path) -> None:
    proof = certificate_of(demo).proof
    own, flows = drawn(Tab(ALLOCATION))
    support = [one for one in CATEGORIES if one in own and one != "clinical"]
    after = []
    for level in range(1, len(support) + 1):
        closed = support[:level]
        open_still = [one for one in own if one not in closed]
        came = sum(fen for (a, b), fen in flows.items() if a in closed and b in open_still)
        after.append(sum(own[one] for one in open_still) + came)
    told = proof.groupby("level")["after_fen"].sum()
    assert after == told.loc[[1, 2, 3]].tolist()


def test_the_band_of_all_orders_encloses_the_step_down_beside_it(demo: Path) -> None:
    tab = part(Tab(ALLOCATION), "methods").press(t("orders.run"))
    rows = tab.table()
    given = rows[t("costing.method.step_down")]
    least, most = rows[t("orders.least")], rows[t("orders.most")]
    cents = 0.1  # each item of each level is shared out in whole 分
    assert (given >= least - cents).all()
    assert (given <= most + cents).all()
    assert ((most - least) > 1000).any()


def fingerprints(tab: Tab) -> dict[str, str]:
    names = ("inputs", "basis", "rules", "result")
    said = "\n".join(caption.value for caption in tab.at.caption)
    heads = {name: re.escape(t(f"costing.about.{name}")) for name in names}
    return {name: re.findall(rf"{head}: `(\w{{64}})`", said)[0] for name, head in heads.items()}


def test_the_certificate_says_that_nothing_was_lost(demo: Path) -> None:
    tab = part(Tab(ALLOCATION), "inputs")
    assert t("allocation.conserved") in [one.value for one in tab.at.markdown]
    proof = certificate_of(demo)
    wanted = {name: getattr(proof, name).upper() for name in ("inputs", "rules", "result")}
    assert fingerprints(tab) | wanted == fingerprints(tab)


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_one_fen_changes_the_fingerprints_of_inputs_and_result(demo: Path) -> None:
    before = fingerprints(part(Tab(ALLOCATION), "inputs"))
    store = open_store(url_of(demo))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(
            text(
                "UPDATE direct_cost SET amount_fen = amount_fen + 1 WHERE department = '0801' "
                "AND element = 'A01' AND month = 202610"
            )
        )
        writing.connection.execute(text("UPDATE import_batch SET version = version + 1"))
        writing.record("test", "direct_cost", 1)
    store.close()
    after = fingerprints(part(Tab(ALLOCATION), "inputs"))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"inputs", "result"}
