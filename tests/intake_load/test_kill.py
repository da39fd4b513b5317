"""An import killed at any moment leaves nothing or everything."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.errors import DataError
from core.intake.records import load
from core.store.opening import open_store
from tests.conftest import ROOT
from tests.intake_load.big import big_delivery, big_hospital
from tests.intake_load.deliveries import RULES
from tests.intake_load.nursery import ACTOR, clock, correction
from tests.intake_load.reference import added_up, rollups

ROUNDS = 30
TABLES = {
    "income": "month, ordering, performing, unit, category",
    "income_history": "month, ordering, performing, unit, category",
    "import_batch": "id",
    "rollup_month": "month, measure, department",
    "audit": "id",
}


class Nursery:
    """The other end of `tests.intake_load.nursery`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert self.hear() == "ready"

    def hear(self) -> str:
        """The next word said."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def say(self, line: object) -> None:
        """A path to import into, or reap."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def reap(self) -> None:
        """Wait for the child's end; it may have said that it was done."""
        self.say("reap")
        while self.hear() != "reaped":
            pass


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    if not hasattr(os, "fork"):
        pytest.skip("children are forked, which this system cannot do")
    command = [sys.executable, "-m", "tests.intake_load.nursery"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A store that holds half of the rows to come, with other amounts; nobody has it open."""
    path = tmp_path / "template.db"
    store = open_store(f"sqlite:///{path}", clock)
    hospital_id = big_hospital(store, ACTOR)
    half = correction().rows.iloc[::2].assign(amount=1_00)
    load(store, ACTOR, big_delivery(hospital_id, half, "first"), RULES)
    store.close()
    return path


def _state(path: Path) -> dict[str, int]:
    """A digest of every row that an import may touch; the store must be whole."""
    store = open_store(f"sqlite:///{path}", clock)
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        found = {
            table: hash(
                tuple(map(tuple, connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}"))))
            )
            for table, key in TABLES.items()
        }
    store.close()
    return found


def _import_again(path: Path) -> None:
    store = open_store(f"sqlite:///{path}", clock)
    try:
        load(store, ACTOR, correction(), RULES)
    except DataError as error:
        assert error.code == "E_IMPORT_TWICE"
    finally:
        store.close()


def _whole_import(nursery: Nursery, template: Path) -> tuple[Path, float]:
    """A store after an import that nobody killed, and the shortest of three durations."""
    seconds = []
    path = template
    for turn in range(3):
        path = template.with_name(f"whole{turn}.db")
        shutil.copy(template, path)
        nursery.say(path)
        nursery.hear()
        begun = time.perf_counter()
        assert nursery.hear() == "done"
        seconds.append(time.perf_counter() - begun)
        nursery.reap()
    return path, min(seconds)


def _killed_import(nursery: Nursery, template: Path, path: Path, delay: float) -> None:
    shutil.copy(template, path)
    nursery.say(path)
    child = int(nursery.hear())
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    nursery.reap()


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_nothing_or_everything(
    nursery: Nursery, template: Path, tmp_path: Path
) -> None:
    whole, seconds = _whole_import(nursery, template)
    nothing, everything = _state(template), _state(whole)
    assert nothing != everything
    outcomes = []
    chance = random.Random(20260101)
    for turn in range(ROUNDS):
        path = tmp_path / f"{turn}.db"
        delay = (turn + chance.random()) / ROUNDS * seconds * 1.1
        _killed_import(nursery, template, path, delay)
        state = _state(path)
        assert state in (nothing, everything), f"half an import after {delay:.3f} s"
        outcomes.append(state == everything)
        if turn % 5 == 0:
            _import_again(path)
            assert _state(path) == everything
        path.unlink()
    assert outcomes.count(False) >= 10, "most moments lie before the commit"


@pytest.mark.slow
def test_what_the_killed_are_measured_against_is_itself_right(
    nursery: Nursery, template: Path
) -> None:
    whole, _ = _whole_import(nursery, template)
    store = open_store(f"sqlite:///{whole}", clock)
    income = [rule for rule in RULES if rule.contract == "income"]
    assert rollups(store, 1) == added_up(store, 1, income)
    with store.read() as connection:
        stored = connection.execute(text("SELECT COUNT(*), SUM(amount_fen) FROM income")).one()
        replaced = connection.execute(text("SELECT COUNT(*) FROM income_history")).scalar_one()
    store.close()
    rows = correction().rows
    assert tuple(stored) == (len(rows), rows["amount"].sum())
    assert replaced == len(rows) // 2
