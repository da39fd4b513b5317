"""What the check is told of a hospital, and what the store is handed of a checked file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import DataError
from core.intake.desk import delivery_of, masters_from, masters_of
from core.store.engine import Actor, Store
from tests.intake.conftest import Desk, workload
from tests.intake_load.deliveries import fill, found


def test_a_hospital_without_facts_knows_its_masters_only(
    store: Store, actor: Actor, desk: Desk
) -> None:
    masters = masters_of(store, found(store, actor), desk.tables["workload"])
    assert masters.departments == {"D01": "内科", "D02": "外科", "T01": "检验科"}
    assert masters.elements["A01"] == "人员经费"
    assert masters.drivers["HC"] == ("在岗人数", "人")
    assert masters.last_totals == {}
    assert masters.known_files == frozenset()


@pytest.mark.parametrize(
    ("table", "total"),
    [
        ("workload", ("outpatient_visits", Decimal(110))),
        ("income", ("amount", Decimal(7300))),
        ("direct_cost", ("amount", Decimal(905))),
        ("driver", ("value", Decimal(31))),
    ],
)
def test_the_newest_month_is_what_a_new_file_is_held_against(
    store: Store, actor: Actor, desk: Desk, table: str, total: tuple[str, Decimal]
) -> None:
    masters = masters_of(store, fill(store, actor), desk.tables[table])
    assert masters.last_totals == {table: (202502, *total)}
    assert len(masters.known_files) == 1


def test_masters_of_a_folder_may_be_few(tmp_path: Path) -> None:
    (tmp_path / "drivers.csv").write_text("code,name,unit\nHC,在岗人数\n\n", encoding="utf-8-sig")
    (tmp_path / "baseline.json").write_text(
        '{"income": {"previous_month": "2024-12", "total_yuan": 12.5}}', encoding="utf-8"
    )
    masters = masters_from(tmp_path)
    assert masters.drivers == {"HC": ("在岗人数", "")}
    assert masters.last_totals == {"income": (202412, "amount", Decimal("12.5"))}
    assert masters.departments == {}


def test_masters_need_their_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="E_FILE"):
        masters_from(tmp_path / "nowhere")


def test_what_was_confirmed_is_what_is_handed_over(desk: Desk) -> None:
    checked = desk.workload(workload(), workload("9999"), workload("0102", visits=1990))
    handed = delivery_of(checked, 7)
    assert (handed.hospital_id, handed.contract, handed.rejected) == (7, "workload", 1)
    assert handed.control_total == "outpatient_visits=2,000"
    assert handed.rows["dept_code"].tolist() == ["0101", "0102"]
    assert "_row" not in handed.rows
    assert handed.new_departments == ()
