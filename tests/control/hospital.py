"""A hospital with two departments and a handful of inpatient cases, in a store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.control.checklists import load_checklists
from core.control.inspections.drawing import Wanted
from core.control.inspections.editing import Template
from core.control.inspections.records import Plan, plan_round
from core.control.inspections.templates.records import shipped_templates
from core.hospital.patients.tables import InpatientCase
from core.hospital.records import create_hospital
from core.hospital.tables import Department, ImportBatch
from core.months import LOCAL
from core.store.engine import Actor, Store
from tests.stores import ACTOR

ROOT = Path(__file__).resolve().parents[2]

SHIPPED = load_checklists(ROOT / "data" / "checklists")
RECORDS: Template = shipped_templates(SHIPPED)["CK-MR"]
CORE: Template = shipped_templates(SHIPPED)["CK-CS"]
ANN, BOB = Actor("质控 甲", "tests"), Actor("护理 乙", "tests")
JANUARY = 202601


def _at(day: int) -> int:
    moment = dt.datetime(day // 10000, day // 100 % 100, day % 100, 12, tzinfo=LOCAL)
    return int(moment.timestamp())


def write_hospital(store: Store) -> int:
    """A and B; 12 discharges in January, 6 in bed at its end."""
    hospital = create_hospital(store, ACTOR, "县医院")
    with store.write(ACTOR) as work:
        work.session.add_all(
            Department(hospital_id=hospital, code=code, name_zh=name)
            for code, name in (("A", "内科"), ("B", "外科"))
        )
        batch = ImportBatch(
            hospital_id=hospital,
            contract="case",
            file_name="cases.csv",
            sha256="0",
            status="done",
            at=store.clock(),
            who="",
            rows=18,
            rejected=0,
            month_first=JANUARY,
            month_last=JANUARY,
            control_total="",
            detail="{}",
        )
        work.session.add(batch)
        work.session.flush()
        for key in range(18):
            in_bed = key >= 12
            work.session.add(
                InpatientCase(
                    hospital_id=hospital,
                    month=JANUARY,
                    case_key=1000 + key,
                    admitted_at=_at(20260102 + key),
                    discharged_at=None if in_bed else _at(20260110 + key),
                    discharge_month=None if in_bed else JANUARY,
                    department="AB"[key % 3 // 2],
                    payer="self",
                    charge_total_fen=1,
                    batch_id=batch.id or 0,
                )
            )
        work.record("test.fill", "cases", hospital)
    return hospital


def sampled(store: Store, hospital: int, level: int = 2, seed: str = "7") -> int:
    """A round on a sample of records."""
    plan = Plan("一月病历", JANUARY, level, 20260131, wanted=Wanted(seed, 2, 4))
    return plan_round(store, ANN, hospital, plan, RECORDS)


def looked_at(store: Store, hospital: int, template: Template = CORE) -> int:
    """A round on both departments."""
    plan = Plan("核心制度", JANUARY, 2, 20260131, "night", departments=("A", "B"))
    return plan_round(store, ANN, hospital, plan, template)
