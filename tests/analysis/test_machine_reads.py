"""What is read of machines: the register, their months, what performers earn with inpatients."""

from __future__ import annotations

import math

import pandas as pd

from core.analysis.machines.records import machine_use, performed, register
from core.frames import Scope
from core.hospital.records import create_hospital
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from tests.stores import RULES

JANUARY, FEBRUARY = 202601, 202602


def rows(columns: str, *cells: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=pd.Index(columns.split()))


def hospital(store: Store, actor: Actor) -> int:
    """CT in T1 with all that can be stated, a monitor in D1 with only what must be."""
    hospital_id = create_hospital(store, actor, "县医院")
    tables = {
        "campus": rows("campus_code campus_name", ("01", "本部")),
        "departments": rows(
            "dept_code dept_name category campus_code",
            ("D1", "内科", "clinical", None),
            ("T1", "影像科", "medical_tech", "01"),
        ),
        "machine": rows(
            "machine_code machine_name kind dept_code price in_service life_years"
            " capacity_per_day emergency_reserve",
            ("CT", "CT", "ct", "T1", 500_00, 202501, 6.0, 80.0, 0),
            ("MON", "监护仪", "other", "D1", 100_00, 202501, 5.0, None, None),
        ),
        "machine_use": rows(
            "month machine_code hours examinations income days_due",
            (JANUARY, "CT", 100.0, 900, 900_00, 31),
            (JANUARY, "MON", 50.0, 20, None, None),
            (FEBRUARY, "CT", 90.0, 800, 800_00, 28),
        ),
        "income": rows(
            "month ordering_code performing_code unit category amount",
            (JANUARY, "D1", "T1", "inpatient", "exam", 300_00),
            (JANUARY, "D1", "T1", "outpatient", "exam", 600_00),
            (JANUARY, "D1", "D1", "inpatient", "bed", 50_00),
        ),
    }
    for contract, content in tables.items():
        load(store, actor, Delivery(hospital_id, contract, content, contract, contract), RULES)
    return hospital_id


def test_the_register_says_what_is_stated_and_where(store: Store, actor: Actor) -> None:
    found = register(store, Scope(hospital(store, actor), JANUARY, FEBRUARY)).set_index("code")
    assert found["campus"].to_dict() == {"CT": "01", "MON": ""}
    assert found["emergency_reserve"].tolist() == [False, False]
    assert math.isnan(found.loc["MON", "capacity_per_day"])  # pyright: ignore
    assert found.loc["CT", "price_fen"] == 500_00


def test_use_is_read_of_the_months_and_departments_of_the_scope(store: Store, actor: Actor) -> None:
    hospital_id = hospital(store, actor)
    whole = machine_use(store, Scope(hospital_id, JANUARY, FEBRUARY))
    assert list(zip(whole["month"], whole["machine"], strict=True)) == [
        (JANUARY, "CT"),
        (JANUARY, "MON"),
        (FEBRUARY, "CT"),
    ]
    assert whole["income"].tolist()[0] == 900_00
    assert math.isnan(whole["income"].tolist()[1])
    own = Scope(hospital_id, JANUARY, JANUARY, ("D1",))
    assert machine_use(store, own)["machine"].tolist() == ["MON"]
    assert register(store, own)["code"].tolist() == ["MON"]
    assert performed(store, own)["department"].tolist() == ["D1"]


def test_another_hospital_sees_no_machine(store: Store, actor: Actor) -> None:
    hospital(store, actor)
    other = Scope(create_hospital(store, actor, "乡卫生院"), JANUARY, FEBRUARY)
    assert register(store, other).empty
    assert machine_use(store, other).empty
    assert performed(store, other).empty


def test_performed_income_is_split_by_inpatients(store: Store, actor: Actor) -> None:
    found = performed(store, Scope(hospital(store, actor), JANUARY, FEBRUARY))
    told = found.set_index("department")[["inpatient", "total"]].to_dict("index")
    assert told["T1"] == {"inpatient": 300_00, "total": 900_00}
