"""SQLite, PostgreSQL, and PostgreSQL divided by month: the same questions, the same answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from core.analysis import records as quality
from core.catalog.cube import cube_of
from core.catalog.evaluate import evaluate
from core.frames import Scope
from core.hospital import records as hospital
from core.hospital.masters import records as masters
from core.hospital.rollups.reads import records as rollups
from core.intake.delivered import records as delivered
from core.intake.delivery import Delivery
from core.store.dialects.partitions import DIVIDED
from core.store.engine import Store
from core.store.opening import open_store
from tests.intake_load.deliveries import CATALOG
from tests.store.many_rows import DEPARTMENTS, MONTHS, fill

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Question = Callable[[Store, int], Any]
EVER = (MONTHS[0], MONTHS[-1])


def _all(hospital_id: int) -> Scope:
    return Scope(hospital_id, *EVER)


def _some(hospital_id: int) -> Scope:
    return Scope(hospital_id, MONTHS[1], MONTHS[2], DEPARTMENTS[2:5])


def _scoped(read: Callable[[Store, Scope], Any]) -> Question:
    """The read for everything, and for some departments and months."""
    return lambda store, own: [read(store, _all(own)), read(store, _some(own))]


def _indicators(store: Store, own: int) -> list[pd.DataFrame]:
    cube = cube_of(
        hospital.facts(store, _all(own)), CATALOG, hospital.departments(store, _all(own))
    )
    codes = [code for code, one in CATALOG.indicators.items() if one.formula.kind != "reported"]
    periods = {str(month): (month,) for month in MONTHS} | {"all": MONTHS}
    return [evaluate(CATALOG, codes, cube, periods, level) for level in ("hospital", "department")]


def _changes(store: Store, own: int) -> dict[str, int]:
    with store.read() as connection:
        rows = connection.execute(
            text(
                "SELECT month, visit_key AS visit_id, visited_at, stream, department AS dept_code,"
                " payer, charge_total_fen AS charge_total FROM visit"
                " WHERE month = 202502 ORDER BY visit_key LIMIT 400"
            )
        )
        frame = pd.DataFrame([dict(row) for row in rows.mappings()])
    frame.loc[:99, "charge_total"] += 1
    frame.loc[100:199, "visit_id"] += 1
    return delivered.changes(store, Delivery(own, "visit", frame, "visit.csv", "x"))


QUESTIONS: dict[str, Question] = {
    "hospitals": lambda store, own: hospital.hospitals(store),
    "departments": _scoped(hospital.departments),
    "cost_items": hospital.cost_items,
    "driver_items": hospital.driver_items,
    "facts": _scoped(hospital.facts),
    "months_reported": hospital.months_reported,
    "targets": _scoped(hospital.targets),
    "mappings": lambda store, own: hospital.mappings(store, own, "visit"),
    "wards": masters.wards,
    "machines": masters.machines,
    "disease_groups": masters.disease_groups,
    "staff_groups": masters.staff_groups,
    "campuses": masters.campuses,
    "payment_rules": masters.payment_rules,
    "calendar_days": masters.calendar_days,
    "rollup_case": _scoped(rollups.cases),
    "rollup_visit": _scoped(rollups.visits),
    "rollup_arrival_day": _scoped(rollups.arrival_days),
    "rollup_arrival_week": _scoped(rollups.arrival_week),
    "batches": delivered.batches,
    "known_files": lambda store, own: delivered.known_files(store, own, "visit"),
    "reported": lambda store, own: [delivered.reported(store, own, month) for month in MONTHS],
    "delivered_lately": lambda store, own: delivered.delivered_lately(store, own, MONTHS[-1]),
    "last_total": lambda store, own: delivered.last_total(store, own, "visit", "charge_total"),
    "month_totals": lambda store, own: delivered.month_totals(store, own, "case", "charge_total"),
    "changes": _changes,
    "presence": _scoped(quality.presence),
    "last_months": quality.last_months,
    "last_imports": quality.last_imports,
    "sides": _scoped(quality.sides),
    "indicators": _indicators,
}


def _clock() -> dt.datetime:
    return dt.datetime(2026, 1, 15, 8, 0, tzinfo=dt.UTC)


def _emptied(url: str) -> str:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def _filled(url: str) -> tuple[Store, dict[str, Any]]:
    store = open_store(url, _clock)
    own = fill(store)
    return store, {name: ask(store, own) for name, ask in QUESTIONS.items()}


@pytest.fixture(scope="module")
def answers(
    postgres_database: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """Every question's answer, on SQLite and on PostgreSQL."""
    file = tmp_path_factory.mktemp("three") / "store.db"
    found = {}
    for name, url in (("sqlite", f"sqlite:///{file}"), ("whole", _emptied(postgres_database))):
        store, found[name] = _filled(url)
        store.close()
    return found


@pytest.fixture(scope="module")
def divided(
    answers: dict[str, dict[str, Any]], postgres_database: str
) -> Iterator[tuple[Store, dict[str, Any]]]:
    """The same on PostgreSQL divided by month."""
    with pytest.MonkeyPatch.context() as patch:  # only the first start asks
        patch.setenv("JINGGUAN_POSTGRES_PARTITIONS", "month")
        open_store(_emptied(postgres_database), _clock).close()
    store, found = _filled(postgres_database)
    yield store, found
    store.close()
    _emptied(postgres_database)


def _equal(one: Any, other: Any) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            _equal(left, right)
    else:
        assert one == other


def _rows(answer: Any) -> int:
    if isinstance(answer, list):
        return sum(map(_rows, answer))
    return len(answer) if hasattr(answer, "__len__") else int(answer is not None)


@pytest.mark.parametrize("question", QUESTIONS)
def test_postgresql_answers_as_sqlite_does(
    answers: dict[str, dict[str, Any]], question: str
) -> None:
    _equal(answers["sqlite"][question], answers["whole"][question])


@pytest.mark.parametrize("question", QUESTIONS)
def test_postgresql_divided_by_month_answers_as_sqlite_does(
    answers: dict[str, dict[str, Any]], divided: tuple[Store, dict[str, Any]], question: str
) -> None:
    _equal(answers["sqlite"][question], divided[1][question])


def test_there_is_something_to_answer(answers: dict[str, dict[str, Any]]) -> None:
    unasked = {"mappings", "machines", "staff_groups", "campuses", "payment_rules"}
    unasked |= {"calendar_days"}
    silent = {name for name, answer in answers["sqlite"].items() if not _rows(answer)}
    assert silent <= unasked
    assert sum(answers["sqlite"]["batches"]["rows"]) > 200_000


def test_every_month_has_a_table_of_its_own(divided: tuple[Store, dict[str, Any]]) -> None:
    names = set(inspect(divided[0].engine).get_table_names())
    for table in DIVIDED:
        loaded = MONTHS[:2] if table == "arrival" else MONTHS
        assert {f"{table}_{month}" for month in loaded} | {f"{table}_default"} <= names
    with divided[0].read() as connection:
        for table in DIVIDED:
            left = connection.execute(text(f"SELECT COUNT(*) FROM {table}_default"))
            assert left.scalar() == 0


def test_a_query_of_one_month_reads_one_month(divided: tuple[Store, dict[str, Any]]) -> None:
    with divided[0].read() as connection:
        plan = connection.execute(
            text("EXPLAIN SELECT SUM(charge_total_fen) FROM visit WHERE month = 202502")
        )
        read = {word for line in plan.scalars() for word in line.split() if "visit_" in word}
    assert read == {"visit_202502"}


def test_divided_tables_keep_their_keys_and_references(
    divided: tuple[Store, dict[str, Any]],
) -> None:
    twice = "INSERT INTO visit SELECT * FROM visit WHERE month = 202501 LIMIT 1"
    nowhere = "UPDATE arrival SET department = 'Z99' WHERE month = 202501"
    for statement in (twice, nowhere):
        with pytest.raises(IntegrityError), divided[0].engine.begin() as connection:
            connection.execute(text(statement))
    indexes = {index["name"] for index in inspect(divided[0].engine).get_indexes("inpatient_case")}
    assert {"ix_inpatient_case_discharge", "ix_inpatient_case_key"} <= indexes
