"""A hospital of two departments, the real definitions, and events written in a line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from core.control.incidents.box.records import Report
from core.control.incidents.definitions import load_definitions
from core.control.incidents.records import Triage
from core.frames import Scope
from core.hospital.records import create_hospital
from core.hospital.tables import Department
from core.store.engine import Actor, Store

ROOT = Path(__file__).resolve().parents[3]
DEFINITIONS = load_definitions(ROOT / "data" / "incidents" / "incidents.toml")
RULES = {rule.code: rule.value for rule in DEFINITIONS.rules}
TODAY = dt.date(2026, 1, 15)
LETTER = Report("event", "fall", "A", 20260114, "卫生间门口滑倒，检查后没有外伤。")


def hospital(store: Store, actor: Actor) -> Scope:
    """A hospital with departments A and B; the scope of who may see all."""
    hospital_id = create_hospital(store, actor, "县医院")
    with store.write(actor) as work:
        for code in ("A", "B"):
            work.session.add(
                Department(
                    hospital_id=hospital_id, code=code, name_zh=f"{code}科", category="clinical"
                )
            )
        work.record("department.add", "A, B", hospital_id)
    return Scope(hospital_id, 0, 999_999)


def graded(grade: int = 2, **given: Any) -> Triage:
    """What the desk makes of a report: of grade II unless said otherwise."""
    harm = {1: "severe", 2: "moderate", 3: "none", 4: "unsafe"}[grade]
    return Triage(
        **{
            "type": "fall",
            "stage": "observe",
            "harm": harm,
            "grade": grade,
            "severity": "major" if grade == 1 else "moderate",
            "probability": "occasional",
            **given,
        }
    )


def events(*rows: tuple[str, str, int, int], **same: Any) -> pd.DataFrame:
    """Events of (department, type, day, grade), numbered from 1."""
    frame = pd.DataFrame(
        rows, columns=pd.Index(["department", "type", "occurred_on", "grade"])
    ).assign(state="closed", sac=1, chosen=False, stage="observe", **same)
    return frame.assign(id=range(1, len(frame) + 1), reported_on=frame["occurred_on"])
