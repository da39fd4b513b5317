"""A small hospital of its own dice: every contract table, some months missing, some in bed."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import tomllib
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.hospital.records import create_hospital
from core.hospital.rollups.records import RollupRule
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from tests.catalog.conftest import ROOT

MONTHS = (202401, 202402, 202403, 202501, 202502, 202503)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
DEPARTMENTS = {
    "C1": ("clinical", 30),
    "C2": ("clinical", 0),
    "C3": ("clinical", None),
    "C4": ("clinical", 12),
    "L1": ("medical_tech", 0),
    "S1": ("medical_aux", None),
    "U1": ("unclassified", 12),
    "Z1": ("admin", 0),
}
PAYERS = ("employee", "resident", "self", "other")
CHARGES = ("total", "drug", "material", "exam", "lab")
ORDER = (
    *("departments", "ward", "disease_group", "machine", "workload", "income", "direct_cost"),
    *("driver", "census", "case", "visit", "arrival", "machine_use", "quality", "material"),
    *("energy", "budget", "reported"),
)


def masters() -> dict[str, pd.DataFrame]:
    """The standard cost items and drivers of a new hospital."""
    content = tomllib.loads((ROOT / "data/hospital/masters.toml").read_text(encoding="utf-8"))
    return {
        "cost_item": pd.DataFrame(content["cost_item"]),
        "driver_item": pd.DataFrame(content["driver"]),
    }


def tables_of(seed: int, items: Iterable[str], reported: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Contract tables as check hands them on: typed, money in 分, missing NA."""
    dice = random.Random(seed)
    registers = masters()
    tables = {
        **registers,
        **_registers(),
        **_monthly(dice, registers),
        **_patients(dice),
        **_resources(dice, list(items), list(reported)),
    }
    return {name: _typed(rows) for name, rows in tables.items()}


def fill(
    store: Store, actor: Actor, tables: dict[str, pd.DataFrame], rules: list[RollupRule]
) -> int:
    """The tables in a store, each as one file; the hospital's id."""
    hospital_id = create_hospital(store, actor, "县医院")
    for contract in ORDER:
        rows = tables[contract]
        digest = hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()
        delivery = Delivery(hospital_id, contract, rows, f"{contract}.csv", digest)
        load(store, actor, delivery, rules)
    return hospital_id


def _frame(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=pd.Index(columns.split()))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers with holes as Int64."""
    whole = {
        name: "Int64"
        for name in rows.columns
        if rows[name].dtype == "float64" and (rows[name].dropna() % 1 == 0).all()
    }
    return rows.astype(whole)


def _registers() -> dict[str, pd.DataFrame]:
    return {
        "departments": _frame(
            "dept_code dept_name category beds",
            [(code, code, category, beds) for code, (category, beds) in DEPARTMENTS.items()],
        ),
        "ward": _frame(
            "ward_code ward_name dept_code",
            [("W1", "一病区", "C1"), ("W2", "二病区", "C1"), ("W4", "四病区", "C4")],
        ),
        "disease_group": _frame(
            "group_code group_name system weight benchmark_days benchmark_charge risk",
            [
                ("G1", "甲", "drg", 0.75, 6.4, 800_000, "low"),
                ("G2", "乙", "drg", 1.3333, 8.0, 1_200_000, "mid_low"),
                ("G3", "丙", "drg", 3.2, 12.5, None, "high"),
                ("G4", "丁", "drg", 0.4, None, None, ""),
            ],
        ),
        "machine": _frame(
            "machine_code machine_name kind dept_code price in_service life_years"
            " capacity_per_day open_hours_per_day minutes_per_exam emergency_reserve",
            [
                ("M1", "CT", "ct", "L1", 9_000_000_00, 202001, 6, 80.0, 10.5, 7.5, 0),
                ("M2", "急诊 CT", "ct", "L1", 5_000_000_00, 202001, 6, 40.0, 24.0, 8.0, 1),
                ("M3", "磁共振", "mr", "L1", 15_000_000_00, 202001, 8, 30.0, 8.0, None, None),
                ("M4", "超声", "ultrasound", "C2", 1_000_000_00, 202001, 5, None, 8.0, 10.0, 0),
            ],
        ),
    }


def _monthly(dice: random.Random, registers: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The five tables of the main line; May's is missing here and there."""
    counts = tomllib.loads((ROOT / "data/intake/workload.toml").read_text(encoding="utf-8"))
    names = [column["name"] for column in counts["column"] if column["type"] == "int"]
    workload = [
        (month, code, *(dice.choice((None, 0, dice.randint(1, 900))) for _ in names))
        for month in MONTHS
        for code in DEPARTMENTS
        if dice.random() > 0.15
    ]
    income = {
        (month, dice.choice(list(DEPARTMENTS)), dice.choice(list(DEPARTMENTS)), unit, category)
        for month in MONTHS[:-1]
        for unit in ("outpatient", "inpatient")
        for category in ("drug", "exam", "lab", "surgery", "other", "material")
        for _ in range(3)
    }
    items = registers["cost_item"]["code"].tolist()
    costs = {
        (month, code, dice.choice(items), "none")
        for month in MONTHS
        for code in DEPARTMENTS
        for _ in range(4)
    }
    drivers = registers["driver_item"]["code"].tolist()
    quantities = {
        (month, code, driver)
        for month in MONTHS
        for code in DEPARTMENTS
        for driver in drivers
        if dice.random() > 0.3
    }
    return {
        "workload": _frame(" ".join(("month", "dept_code", *names)), workload),
        "income": _frame(
            "month ordering_code performing_code unit category amount",
            [(*key, dice.randint(-500, 90_000_00)) for key in sorted(income)],
        ),
        "direct_cost": _frame(
            "month dept_code element_code unit amount",
            [(*key, dice.randint(-500, 90_000_00)) for key in sorted(costs)],
        ),
        "driver": _frame(
            "month dept_code driver_code value",
            [(*key, dice.randint(0, 4000) / 8) for key in sorted(quantities)],
        ),
    }


def _moment(dice: random.Random, month: int) -> int:
    """Some second of a month, by the clock of Shanghai."""
    start = dt.datetime(month // 100, month % 100, 1, tzinfo=SHANGHAI)
    return int(start.timestamp()) + dice.randrange(28 * 86_400)


def _month(moment: int) -> int:
    return int(f"{dt.datetime.fromtimestamp(moment, SHANGHAI):%Y%m}")


def _patients(dice: random.Random) -> dict[str, pd.DataFrame]:
    days = [
        int(f"{dt.date(month // 100, month % 100, day):%Y%m%d}")
        for month in MONTHS
        for day in (1, 9)
    ]
    census = [
        (date // 100, date, ward, 40, dice.randint(0, 44), dice.randint(0, 9), dice.randint(0, 9))
        for date in days
        for ward in ("W1", "W2", "W4")
    ]
    visits = []
    for number in range(400):
        at = _moment(dice, dice.choice(MONTHS[1:]))
        charges = [dice.choice((None, 0, dice.randint(1, 50_000))) for _ in CHARGES[1:]]
        row = (dice.choice(("outpatient", "emergency")), dice.choice(("C1", "C2")))
        visits.append(
            (_month(at), number, at, *row, dice.choice(PAYERS), dice.randint(1, 90_000), *charges)
        )
    arrivals = {
        (date // 100, date, dice.randrange(24), stream, dice.choice(("C1", "C2", "C4")))
        for date in days[:4]
        for stream in ("outpatient", "emergency", "inpatient")
        for _ in range(6)
    }
    charged = " ".join(f"charge_{name}" for name in CHARGES)
    return {
        "census": _frame("month date ward_code open_beds occupied admitted discharged", census),
        "case": _cases(dice),
        "visit": _frame(
            f"month visit_id visited_at stream dept_code payer {charged}",
            visits,
        ),
        "arrival": _frame(
            "month date hour stream dept_code count",
            [(*key, dice.randrange(30)) for key in sorted(arrivals)],
        ),
    }


def _cases(dice: random.Random) -> pd.DataFrame:
    """In one month nobody states outcomes or flags, in another nobody splits the charges."""
    rows = []
    for number in range(600):
        came = _moment(dice, dice.choice(MONTHS))
        went = None if dice.random() < 0.08 else came + dice.randrange(1, 20 * 86_400)
        left = _month(went) if went else None
        stated, split = left != MONTHS[1], left != MONTHS[4]
        payer = dice.choice(PAYERS)
        charge = dice.randint(1, 3_000_000)
        rows.append(
            (
                *(_month(came), left, number, came, went),
                *(dice.choice(("C1", "C2", "C4")), dice.choice(("W1", None))),
                *(dice.choice((None, 0, 1, 3)), dice.choice(("G1", "G2", "G3", "G4", None))),
                *(dice.choice((None, 0.5, 1.25, 7.1)), payer, charge),
                *((charge // 4 if split else None) for _ in CHARGES[1:]),
                None if payer == "self" else dice.randint(1, 3_000_000),
                dice.choice(("home", "transferred", "died")) if stated else None,
                *(dice.choice((0, 1, 4)) if stated else None, dice.choice((None, 0, 3))),
                *(dice.choice((0, 1)) if stated else None for _ in range(4)),
                dice.choice(("none", "entered", "varied", "completed")) if stated else None,
            )
        )
    return _frame(
        "month discharge_month case_id admitted_at discharged_at dept_code ward_code transfers"
        " group_code weight payer charge_total charge_drug charge_material charge_exam charge_lab"
        " settlement outcome surgery_level preop_days elective day_case reoperated readmitted"
        " pathway",
        rows,
    )


def _resources(
    dice: random.Random, items: list[str], reported: list[str]
) -> dict[str, pd.DataFrame]:
    def number(most: int) -> int | None:
        return dice.choice((None, 0, dice.randint(1, most)))

    use = [
        (
            *(month, code, dice.randint(0, 700) / 4, dice.randint(0, 900), number(400)),
            *(number(9_000), number(900), 22, number(5), number(5)),
        )
        for month in MONTHS
        for code in ("M1", "M2", "M3", "M4")
        if dice.random() > 0.2
    ]
    quality = [
        (month, code, item, dice.randint(0, 60), dice.choice((None, 0, 200)))
        for month in MONTHS
        for code in ("C1", "C2", "C4", "L1")
        for item in items
        if dice.random() > 0.4
    ]
    goods = ("drug", "high_value", "low_value", "reagent", "office")
    material = [
        (
            *(month, code, kind, number(9_000), dice.randint(0, 9_000), number(90)),
            *(number(90), number(90), number(9)),
        )
        for month in MONTHS
        for code in ("C1", "C2", "S1")
        for kind in goods
        if dice.random() > 0.3
    ]
    energy = [
        (month, kind, code, dice.choice((None, 1.5)), dice.randint(0, 9_000))
        for month in MONTHS
        for kind in ("water", "electricity")
        for code in ("", "C1")
        if dice.random() > 0.2
    ]
    lines = ("personnel", "material", "drug", "other", "income_outpatient", "income_inpatient")
    budget = [
        (month, code, line, dice.randint(0, 90_000_00))
        for month in MONTHS
        for code in ("C1", "C2", "Z1")
        for line in lines
        if dice.random() > 0.1
    ]
    brought = [
        (month, code, indicator, dice.choice((None, 92.5)), number(50), number(60))
        for month in MONTHS
        for code in ("", "C1", "C2")
        for indicator in reported
        if dice.random() > 0.4
    ]
    return {
        "machine_use": _frame(
            "month machine_code hours examinations positives income consumables days_due"
            " days_down days_idle",
            use,
        ),
        "quality": _frame("month dept_code item_code numerator denominator", quality),
        "material": _frame(
            "month dept_code class stock issued expired written_off issued_items lost_items",
            material,
        ),
        "energy": _frame("month kind dept_code quantity amount", energy),
        "budget": _frame("month dept_code line amount", budget),
        "reported": _frame("month dept_code indicator_code value numerator denominator", brought),
    }
