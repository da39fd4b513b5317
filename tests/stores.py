"""Stores in files: the demo hospital, an empty one, and hospitals that have no luck.

Commands, pages and browser tests all start from one of these.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd

from core.access.records import add_staff
from core.catalog.load import load_catalog
from core.demo.loading import load_demo, start_hospital
from core.hospital.rollups.rules import rules_of
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from core.store.opening import open_store

AS_OF = "2026-11-15"
LAST_MONTH = 202610
ACTOR = Actor("测试员", "tests")
CATALOG = load_catalog(Path(__file__).resolve().parent.parent / "data" / "catalog")
RULES = rules_of(CATALOG)
HOSTILE = "<b>x</b> **y** :red[z]"
"""A name of a department that Markdown and HTML would both make something of."""


def url_of(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def _clock() -> dt.datetime:
    return dt.datetime(2026, 11, 15, 1, 0, tzinfo=dt.UTC)


def write_demo(path: Path, actor: Actor = ACTOR) -> Path:
    """36 months up to October 2026; some 25 seconds of work."""
    store = open_store(url_of(path), _clock)
    load_demo(store, actor, CATALOG, LAST_MONTH)
    store.close()
    return path


def write_empty(path: Path) -> Path:
    """A hospital of one's own, with a name and nothing else."""
    store = open_store(url_of(path), _clock)
    start_hospital(store, ACTOR, "县中医院", CATALOG)
    store.close()
    return path


def write_clinic(path: Path) -> Path:
    """A clinic: one month, no bed, no 医辅, and a name that is nearly a program."""
    store = open_store(url_of(path), _clock)
    hospital = start_hospital(store, ACTOR, "社区门诊部", CATALOG)
    add_staff(store, ACTOR, hospital, [("*王* `护士长`", "")])
    departments = _rows(
        "dept_code dept_name category",
        ("C1", HOSTILE, "clinical"),
        ("C2", "全科", "clinical"),
        ("T1", "检验科", "medical_tech"),
    )
    _load(store, hospital, "departments", departments)
    visits = _rows(
        "month dept_code outpatient_visits emergency_visits",
        (202601, "C1", 300, 0),
        (202601, "C2", 100, 20),
    )
    _load(store, hospital, "workload", visits)
    income = _rows(
        "month ordering_code performing_code unit category amount",
        (202601, "C1", "C1", "outpatient", "drug", 6_000_00),
        (202601, "C1", "T1", "outpatient", "lab", 4_000_00),
    )
    _load(store, hospital, "income", income)
    store.close()
    return path


def write_gap(path: Path) -> Path:
    """A hospital that forgot November, and in January one of its two wards."""
    store = open_store(url_of(path), _clock)
    hospital = start_hospital(store, ACTOR, "镇卫生院", CATALOG)
    departments = _rows(
        "dept_code dept_name category beds",
        ("D1", "内科", "clinical", 40),
        ("D2", "外科", "clinical", 30),
    )
    _load(store, hospital, "departments", departments)
    columns = (
        "month dept_code outpatient_visits emergency_visits admissions discharges"
        " bed_days_used bed_days_open discharged_bed_days surgeries"
    )
    rows = [(202510, "D1"), (202510, "D2"), (202512, "D1"), (202512, "D2"), (202601, "D1")]
    counts = (200, 10, 50, 48, 1000, 1240, 400, 0)
    _load(store, hospital, "workload", _rows(columns, *[(*row, *counts) for row in rows]))
    store.close()
    return path


def write_wards(path: Path) -> Path:
    """Three wards, three months up to October 2026: a full one, one half empty, one by day only."""
    store = open_store(url_of(path), _clock)
    hospital = start_hospital(store, ACTOR, "县人民医院", CATALOG)
    departments = _rows(
        "dept_code dept_name category", ("D1", "内科", "clinical"), ("D2", "外科", "clinical")
    )
    _load(store, hospital, "departments", departments)
    wards = _rows(
        "ward_code ward_name dept_code beds",
        ("W1", "内科病区", "D1", 20),
        ("W2", HOSTILE, "D2", 20),
        ("W3", "日间病房", "D2", 5),
    )
    _load(store, hospital, "ward", wards)
    columns = "month date ward_code open_beds occupied admitted discharged"
    lines = []
    for day in pd.date_range("2026-08-01", "2026-10-31"):
        working, when = day.weekday() < 5, (int(f"{day:%Y%m}"), int(f"{day:%Y%m%d}"))
        for ward, beds, lying, busy in (("W1", 20, 19, 3), ("W2", 20, 10, 2), ("W3", 5, 0, 2)):
            flow = busy if working else busy // 2
            lines.append((*when, ward, beds, lying, flow, flow))
    _load(store, hospital, "census", _rows(columns, *lines))
    store.close()
    return path


def _rows(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(columns.split()))


def _load(store: Store, hospital_id: int, contract: str, rows: pd.DataFrame) -> None:
    digest = hashlib.sha256(f"{hospital_id} {contract}".encode()).hexdigest()
    load(store, ACTOR, Delivery(hospital_id, contract, rows, f"{contract}.csv", digest), RULES)
