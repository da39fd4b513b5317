"""Every table goes in as it is, replaces what it corrects, and comes back out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import DataError
from core.hospital.facts import FACT_TABLES, MASTER_TABLES
from core.hospital.masters import records as masters
from core.hospital.records import create_hospital
from core.intake.check import CheckRequest, check
from core.intake.definitions import in_order, load_tables
from core.intake.delivered.records import changes, delivered_lately, reported
from core.intake.delivery import Delivery
from core.intake.desk import Surroundings, delivery_of, masters_of
from core.intake.hashing import keyed
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from tests.intake.every_table import AS_OF, GOOD, SECRET, Row, as_csv, rows_of
from tests.intake_load.deliveries import RULES
from tests.intake_load.reference import everything, stored

ROOT = Path(__file__).resolve().parents[2]
TABLES = {one.table: one for one in in_order(load_tables(ROOT / "data" / "intake").values())}
AROUND = Surroundings(hash_key=SECRET)
PASSING_BY = {"audit", "audit_head", "import_batch"}


def _rows(store: Store, hospital_id: int, table: str) -> list[Row]:
    """The good rows, with an item and an indicator of the catalogue."""
    known = masters_of(store, hospital_id, TABLES[table], AROUND).more
    item = next(iter(known.get("quality_items", {"": ""})))
    return rows_of(table, item, next(iter(known.get("indicators", {"": ""}))))


def _delivery(
    store: Store, hospital_id: int, table: str, folder: Path, rows: Sequence[Row] | None = None
) -> Delivery:
    path = folder / "upload"
    path.write_bytes(as_csv(_rows(store, hospital_id, table) if rows is None else rows))
    known = masters_of(store, hospital_id, TABLES[table], AROUND)
    checked = check(path, f"{table}.csv", CheckRequest(TABLES[table], TABLES, known, AS_OF))
    assert checked.verdict == "accept", (checked.file_faults, checked.rejected, checked.warnings)
    return delivery_of(checked, hospital_id)


def _fill(store: Store, actor: Actor, folder: Path) -> tuple[int, dict[str, int]]:
    """A hospital into which the good file of every table was loaded; its batches by table."""
    hospital_id = create_hospital(store, actor, "县医院")
    batches = {
        table: load(store, actor, _delivery(store, hospital_id, table, folder), RULES)
        for table in TABLES
    }
    return hospital_id, batches


def _contents(store: Store) -> dict[str, list]:
    return {name: rows for name, rows in everything(store).items() if name not in PASSING_BY}


def test_every_table_is_known_by_a_good_file() -> None:
    assert set(TABLES) == set(GOOD) == set(FACT_TABLES) | set(MASTER_TABLES)


def test_every_table_goes_in_and_comes_out_again(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    states, batches = [], []
    for table in TABLES:
        states.append(_contents(store))
        given = _delivery(store, hospital_id, table, tmp_path)
        assert changes(store, given) == {"new": len(given.rows), "changed": 0, "same": 0}
        batches.append(load(store, actor, given, RULES))
        assert changes(store, given) == {"new": 0, "changed": 0, "same": len(given.rows)}
        owner = FACT_TABLES.get(table) or MASTER_TABLES[table]
        assert len(everything(store)[owner.store]) >= len(given.rows)
    for batch in reversed(batches):
        undo(store, actor, batch, 1, RULES)
        assert _contents(store) == states.pop()


def test_a_case_is_kept_by_its_key_in_fen_and_seconds(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    _fill(store, actor, tmp_path)
    by_key = {row["case_key"]: row for row in stored(store, "case")}
    closed, open_ = by_key[keyed("ZY0001", SECRET)], by_key[keyed("ZY0002", SECRET)]
    assert (closed["month"], closed["discharge_month"]) == (202609, 202610)
    assert (closed["charge_total_fen"], closed["charge_drug_fen"]) == (100_000, 10_000)
    assert closed["admitted_at"] == int(dt.datetime(2026, 9, 28, 1, 30, tzinfo=dt.UTC).timestamp())
    assert (closed["elective"], closed["ward"]) == (0, "W1")
    missing = ("discharged_at", "discharge_month", "ward", "disease_group", "outcome", "elective")
    assert [open_[name] for name in missing] == [None] * len(missing)


def test_masters_are_read_as_they_were_typed(store: Store, actor: Actor, tmp_path: Path) -> None:
    hospital_id, _ = _fill(store, actor, tmp_path)
    ward = masters.wards(store, hospital_id).set_index("code").loc["W1"]
    assert (ward["department"], ward["campus"], ward["beds"], ward["closed"]) == (
        "0101",
        "B1",
        40,
        0,
    )
    machine = masters.machines(store, hospital_id).iloc[0]
    assert (machine["price_fen"], machine["in_service"]) == (680_000_000, 202103)
    assert not machine["emergency_reserve"]
    groups = masters.disease_groups(store, hospital_id).set_index("code")
    assert groups["surgical"].astype(bool).to_dict() == {"FR21": False, "GB19": True}
    assert groups.loc["FR21", "payment_standard_fen"] == 910_000
    assert masters.calendar_days(store, hospital_id)["date"].tolist() == [20261010, 20270206]
    assert masters.payment_rules(store, hospital_id)["rate_fen"].tolist() == [1_000_000]
    assert masters.staff_groups(store, hospital_id)["hourly_cost_fen"].tolist() == [6250]
    assert masters.campuses(store, hospital_id)["code"].tolist() == ["B1", "B2"]


def test_a_discharge_takes_the_place_of_the_case_in_bed(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    hospital_id, _ = _fill(store, actor, tmp_path)
    before = _contents(store)
    left = {
        **rows_of("case")[1],
        "入院时间": "2026-09-30 23:00",
        "出院时间": "2026-11-02 09:00",
    }
    given = _delivery(store, hospital_id, "case", tmp_path, [left])
    assert changes(store, given) == {"new": 0, "changed": 1, "same": 0}
    batch = load(store, actor, given, RULES)
    rows = {row["case_key"]: row for row in stored(store, "case")}
    assert len(rows) == 2
    row = rows[keyed("ZY0002", SECRET)]
    assert (row["month"], row["discharge_month"]) == (202609, 202611)
    undo(store, actor, batch, 1, RULES)
    assert _contents(store) == before


def test_a_master_keeps_what_a_later_file_leaves_blank(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    hospital_id, _ = _fill(store, actor, tmp_path)
    rows = [{"病区编码": "W1", "病区名称": "心内监护病区", "科室编码": "0101", "编制床位": ""}]
    given = _delivery(store, hospital_id, "ward", tmp_path, rows)
    assert changes(store, given) == {"new": 0, "changed": 1, "same": 0}
    batch = load(store, actor, given, RULES)
    ward = masters.wards(store, hospital_id).iloc[0]
    assert (ward["name_zh"], ward["beds"]) == ("心内监护病区", 40)
    undo(store, actor, batch, 1, RULES)
    assert masters.wards(store, hospital_id).iloc[0]["name_zh"] == "心内一病区"


def test_a_bed_count_of_zero_is_said_and_kept(store: Store, actor: Actor, tmp_path: Path) -> None:
    hospital_id, _ = _fill(store, actor, tmp_path)
    rows = [{**rows_of("ward")[0], "编制床位": 0}]
    load(store, actor, _delivery(store, hospital_id, "ward", tmp_path, rows), RULES)
    assert masters.wards(store, hospital_id).iloc[0]["beds"] == 0


USED = ["campus", "departments", "ward", "disease_group", "machine"]


@pytest.mark.parametrize("table", USED)
def test_a_master_that_is_used_is_not_undone(
    store: Store, actor: Actor, tmp_path: Path, table: str
) -> None:
    _, batches = _fill(store, actor, tmp_path)
    before = everything(store)
    with pytest.raises(DataError) as refused:
        undo(store, actor, batches[table], 1, RULES)
    wanted = "E_UNDO_USED" if table == "departments" else "E_UNDO_USED_ENTRY"
    assert refused.value.code == wanted
    assert everything(store) == before


def test_a_master_changed_since_is_not_undone(store: Store, actor: Actor, tmp_path: Path) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    first = load(store, actor, _delivery(store, hospital_id, "payment", tmp_path), RULES)
    rows = [{**rows_of("payment")[0], "费率或点值(元)": 9_000}]
    later = load(store, actor, _delivery(store, hospital_id, "payment", tmp_path, rows), RULES)
    with pytest.raises(DataError, match=f"later={later}"):
        undo(store, actor, first, 1, RULES)


def test_what_was_delivered_lately_is_expected_again(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    hospital_id, batches = _fill(store, actor, tmp_path)
    assert delivered_lately(store, hospital_id, 202610) >= {"census", "case", "energy"}
    assert "energy" in delivered_lately(store, hospital_id, 202709)
    assert "energy" not in delivered_lately(store, hospital_id, 202710)
    undo(store, actor, batches["energy"], 1, RULES)
    assert "energy" not in delivered_lately(store, hospital_id, 202610)


def test_wards_and_machines_count_for_their_departments(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    hospital_id, _ = _fill(store, actor, tmp_path)
    held = reported(store, hospital_id, 202610).set_index("contract")
    assert held["departments"]["census"] == 2
    assert held.at["machine_use", "departments"] == 1


def test_no_number_of_a_patient_is_stored_anywhere(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    _fill(store, actor, tmp_path)
    said = repr(everything(store))
    assert "ZY000" not in said
    assert "MZ000" not in said
