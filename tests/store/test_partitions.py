"""Dividing by month: only where it is asked for, and without losing a row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from core.intake.records import Delivery, load
from core.store.backup import back_up
from core.store.dialects.partitions import divide, make_room
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.store.restore import restore
from tests.intake_load.deliveries import RULES, found
from tests.intake_load.reference import stored

ARRIVALS = pd.DataFrame(
    {
        "month": [202501, 202501, 202502],
        "date": [20250103, 20250104, 20250201],
        "hour": [8, 9, 8],
        "stream": "emergency",
        "dept_code": ["D01", "D02", "D01"],
        "count": [3, 4, 5],
    }
)


def _parts(store: Store, table: str) -> dict[str, int]:
    """Rows by partition."""
    asked = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(:name) ORDER BY 1"
    )
    with store.read() as connection:
        names = connection.execute(asked, {"name": table}).scalars().all()
        return {
            name: connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one()
            for name in names
        }


def _load(store: Store, actor: Actor, hospital_id: int, rows: pd.DataFrame, name: str) -> int:
    return load(store, actor, Delivery(hospital_id, "arrival", rows, "a.csv", name), RULES)


@pytest.mark.postgres
def test_nothing_is_divided_unless_it_is_asked_for(postgres_store: Store, actor: Actor) -> None:
    _load(postgres_store, actor, found(postgres_store, actor), ARRIVALS, "a")
    assert _parts(postgres_store, "arrival") == {}


def test_sqlite_is_never_divided(
    tmp_path: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINGGUAN_POSTGRES_PARTITIONS", "month")
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    _load(store, actor, found(store, actor), ARRIVALS, "a")
    assert len(stored(store, "arrival")) == 3
    store.close()


@pytest.mark.postgres
def test_dividing_a_table_keeps_its_rows_and_makes_a_part_a_month(
    postgres_store: Store, actor: Actor
) -> None:
    _load(postgres_store, actor, found(postgres_store, actor), ARRIVALS, "a")
    before = stored(postgres_store, "arrival")
    for _ in range(2):  # a second time changes nothing
        with postgres_store.engine.begin() as connection:
            divide(connection)
        assert stored(postgres_store, "arrival") == before
    assert _parts(postgres_store, "arrival") == {
        "arrival_202501": 2,
        "arrival_202502": 1,
        "arrival_default": 0,
    }


@pytest.mark.postgres
def test_a_backup_of_a_divided_store_comes_back_divided(
    postgres_store: Store, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINGGUAN_DATA_FOLDER", str(tmp_path))
    hospital_id = found(postgres_store, actor)
    with postgres_store.engine.begin() as connection:
        divide(connection)
    _load(postgres_store, actor, hospital_id, ARRIVALS, "a")
    before = stored(postgres_store, "arrival"), _parts(postgres_store, "arrival")
    back_up(postgres_store, tmp_path / "a.dump", actor)
    with postgres_store.engine.begin() as connection:
        connection.execute(text("DELETE FROM arrival"))
    postgres_store.close()
    restore(postgres_store.url, tmp_path / "a.dump", actor, yes=True)
    assert (stored(postgres_store, "arrival"), _parts(postgres_store, "arrival")) == before


@pytest.mark.postgres
def test_a_month_whose_rows_came_by_another_way_stays_where_it_is(
    postgres_store: Store, actor: Actor
) -> None:
    hospital_id = found(postgres_store, actor)
    with postgres_store.engine.begin() as connection:
        divide(connection)
    batch = _load(postgres_store, actor, hospital_id, ARRIVALS.iloc[:1], "a")
    late = f"({hospital_id}, 202503, 20250301, 8, 'emergency', 'D01', 7, {batch})"
    with postgres_store.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO arrival VALUES {late}"))
    march = ARRIVALS.iloc[:1].assign(month=202503, date=20250302)
    _load(postgres_store, actor, hospital_id, march, "b")
    make_room(postgres_store.engine, "arrival", [202501, 202503])
    assert _parts(postgres_store, "arrival") == {"arrival_202501": 1, "arrival_default": 2}


@pytest.mark.postgres
def test_a_query_of_one_month_touches_no_other_part(postgres_store: Store, actor: Actor) -> None:
    hospital_id = found(postgres_store, actor)
    with postgres_store.engine.begin() as connection:
        divide(connection)
    _load(postgres_store, actor, hospital_id, ARRIVALS, "a")
    asked = text("EXPLAIN SELECT SUM(count) FROM arrival WHERE hospital_id = 1 AND month = 202502")
    with postgres_store.read() as connection:
        plan = "\n".join(connection.execute(asked).scalars())
    assert "arrival_202502" in plan
    assert "arrival_202501" not in plan
