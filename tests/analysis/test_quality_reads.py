"""What data quality reads: presence by month, department and table, sums, last months, imports."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from core.analysis.records import LEDGER, last_imports, last_months, presence, sides
from core.frames import Scope
from core.hospital.records import create_hospital
from core.intake.records import Delivery, load, undo
from core.store.engine import Actor, Store
from tests.stores import RULES

JANUARY, FEBRUARY = 202501, 202502


def rows(columns: str, *cells: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=pd.Index(columns.split()))


def bring(
    store: Store, actor: Actor, hospital_id: int, contract: str, content: pd.DataFrame
) -> int:
    name = f"{contract}{len(content)}"
    return load(store, actor, Delivery(hospital_id, contract, content, name, name), RULES)


def hospital(store: Store, actor: Actor) -> int:
    """Two departments with work in January, one of them in February too."""
    hospital_id = create_hospital(store, actor, "县医院")
    masters = rows(
        "dept_code dept_name category", ("D1", "内科", "clinical"), ("T1", "检验", "medical_tech")
    )
    bring(store, actor, hospital_id, "departments", masters)
    work = rows(
        "month dept_code discharges in_bed_end",
        (JANUARY, "D1", 10, 5),
        (JANUARY, "T1", 0, None),
        (FEBRUARY, "D1", 12, 6),
    )
    bring(store, actor, hospital_id, "workload", work)
    income = rows(
        "month ordering_code performing_code unit category amount",
        (JANUARY, "D1", "D1", "inpatient", "bed", 300),
        (JANUARY, "D1", "T1", "outpatient", "lab", 200),
    )
    bring(store, actor, hospital_id, "income", income)
    return hospital_id


def value_of(found: pd.DataFrame, side: str) -> dict[tuple[int, str], float]:
    own = found[found["side"] == side]
    return dict(zip(zip(own["month"], own["department"], strict=True), own["value"], strict=True))


def test_a_department_is_present_where_it_has_rows(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    found = presence(store, Scope(hospital_id, JANUARY, FEBRUARY))
    keys = zip(found["contract"], found["month"], found["department"], found["rows"], strict=True)
    assert sorted(keys) == [
        ("income", JANUARY, "D1", 2),
        ("workload", JANUARY, "D1", 1),
        ("workload", JANUARY, "T1", 1),
        ("workload", FEBRUARY, "D1", 1),
    ]


def test_only_the_months_of_the_scope_are_read(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    assert set(presence(store, Scope(hospital_id, FEBRUARY, FEBRUARY))["month"]) == {FEBRUARY}


def test_another_hospital_s_rows_are_not_seen(store: Store, actor: Actor) -> None:
    hospital(store, actor)
    other = create_hospital(store, actor, "二院")
    scope = Scope(other, JANUARY, FEBRUARY)
    assert presence(store, scope).empty
    assert sides(store, scope).empty
    assert last_months(store, other) == {}
    assert last_imports(store, other).empty


def test_sums_are_by_the_department_whose_they_are(store: Store, actor: Actor) -> None:
    found = sides(store, Scope(hospital(store, actor), JANUARY, FEBRUARY))
    assert value_of(found, "income.ordering") == {(JANUARY, "D1"): 500}
    assert value_of(found, "income.performing") == {(JANUARY, "D1"): 300, (JANUARY, "T1"): 200}
    assert value_of(found, "income.outpatient") == {(JANUARY, "D1"): 200}


def test_a_stay_within_one_day_of_shanghai_is_counted(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    midnight = 1_735_660_800  # 2025-01-01 00:00 in Shanghai
    cases = rows(
        "month case_id dept_code payer admitted_at discharged_at discharge_month charge_total",
        (JANUARY, 1, "D1", "self", midnight, midnight + 86_399, JANUARY, 100),
        (JANUARY, 2, "D1", "self", midnight, midnight + 86_400, JANUARY, 100),
        (JANUARY, 3, "D1", "self", midnight, None, None, 100),
    )
    bring(store, actor, hospital_id, "case", cases)
    found = sides(store, Scope(hospital_id, JANUARY, FEBRUARY))
    assert value_of(found, "case.same_day") == {(JANUARY, "D1"): 1}


def test_what_is_not_reported_is_no_side(store: Store, actor: Actor) -> None:
    found = sides(store, Scope(hospital(store, actor), JANUARY, FEBRUARY))
    assert value_of(found, "workload.in_bed_end") == {(JANUARY, "D1"): 5, (FEBRUARY, "D1"): 6}
    assert value_of(found, "workload.admissions") == {}


def test_ledger_totals_are_sides_in_fen_and_no_table(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    ledger = rows("month dept_code indicator_code value", (JANUARY, "", LEDGER["cost"], 1234567.89))
    bring(store, actor, hospital_id, "reported", ledger)
    scope = Scope(hospital_id, JANUARY, FEBRUARY)
    assert value_of(sides(store, scope), "ledger.cost") == {(JANUARY, ""): 123456789}
    assert "reported" not in set(presence(store, scope)["contract"])
    assert "reported" not in last_months(store, hospital_id)


def test_the_newest_month_of_each_table_is_known(store: Store, actor: Actor) -> None:
    found = last_months(store, hospital(store, actor))
    assert found == {"workload": FEBRUARY, "income": JANUARY}


def test_the_last_import_is_one_that_is_still_in(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    later = rows("month dept_code discharges", (202503, "D1", 1))
    batch = bring(store, actor, hospital_id, "workload", later)
    undo(store, actor, batch, 1, RULES)
    found = last_imports(store, hospital_id).set_index("contract")
    assert found.loc["workload", "file_name"] == "workload3"
    assert isinstance(found["at"].tolist()[0], dt.datetime)
