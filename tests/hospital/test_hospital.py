"""Hospitals, their masters and their departments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.frames import Scope
from core.hospital.records import (
    archive_hospital,
    cost_items,
    create_hospital,
    departments,
    driver_items,
    hospitals,
    months_reported,
)
from core.intake.records import load
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, delivery, fill, found


def test_a_new_hospital_has_the_seven_cost_items(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    items = cost_items(store, hospital_id)
    assert items["code"].tolist() == ["A01", "A02", "A03", "A04", "A05", "A06", "A07"]
    assert items["kind"].tolist()[:3] == ["personnel", "material", "drug"]
    first = items.to_dict("records")[0]
    assert (first["name_zh"], first["name_en"]) == ("人员经费", "Staff")


def test_a_new_hospital_has_the_standard_drivers(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    drivers = driver_items(store, hospital_id).set_index("code")
    assert drivers["unit"].to_dict()["HC"] == "人"
    assert drivers["role"].to_dict()["AREA"] == "floor_area"


def test_a_hospital_is_listed_under_its_name_without_blanks(store: Store, actor: Actor) -> None:
    create_hospital(store, actor, " 县医院 ", " County ", demo=True)
    create_hospital(store, actor, "体检中心")
    listed = hospitals(store)
    assert listed["name_zh"].tolist() == ["县医院", "体检中心"]
    assert listed["name_en"].tolist() == ["County", ""]
    assert listed["demo"].astype(bool).tolist() == [True, False]


@pytest.mark.parametrize("name", ["", "  ", "\t"])
def test_a_hospital_without_a_name_is_refused(store: Store, actor: Actor, name: str) -> None:
    with pytest.raises(DataError, match="E_HOSPITAL_NAME"):
        create_hospital(store, actor, name)
    assert hospitals(store).empty


def test_an_archived_hospital_is_not_listed_and_keeps_its_rows(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    archive_hospital(store, actor, hospital_id)
    assert hospitals(store).empty
    assert months_reported(store, hospital_id) == (202501, 202502)


def test_archiving_a_hospital_that_is_not_there_is_refused(store: Store, actor: Actor) -> None:
    with pytest.raises(DataError, match="E_HOSPITAL: hospital=7"):
        archive_hospital(store, actor, 7)


def test_departments_come_by_code_and_unknown_beds_are_missing(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    rows = departments(store, Scope(hospital_id, 202501, 202501))
    assert rows["department"].tolist() == ["D01", "D02", "T01"]
    assert rows["beds"].tolist()[:2] == [40.0, 30.0]
    assert np.isnan(rows["beds"].tolist()[2])
    assert rows[["opened", "closed"]].to_numpy().tolist() == [[0, 0]] * 3


def test_departments_say_when_they_opened_and_closed(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    months = {"dept_code": ["X"], "dept_name": ["旧科"], "opened": [202001], "closed": [202412]}
    load(store, actor, delivery(hospital_id, "departments", pd.DataFrame(months)), RULES)
    row = departments(store, Scope(hospital_id, 202501, 202501)).iloc[0]
    assert (row["opened"], row["closed"]) == (202001, 202412)


@pytest.mark.parametrize(
    ("granted", "seen"), [(None, 3), (("D01", "T01"), 2), ((), 0), (("?",), 0)]
)
def test_departments_show_only_what_is_granted(
    store: Store, actor: Actor, granted: tuple[str, ...] | None, seen: int
) -> None:
    hospital_id = found(store, actor)
    assert len(departments(store, Scope(hospital_id, 202501, 202501, granted))) == seen


def test_an_empty_hospital_has_reported_no_month(store: Store, actor: Actor) -> None:
    assert months_reported(store, found(store, actor)) is None
