"""An import on a server killed at any moment leaves nothing or everything."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.intake.records import load
from core.store.opening import open_store
from tests.conftest import ROOT, _administer, drop_database
from tests.intake_load.big import big_delivery, big_hospital
from tests.intake_load.deliveries import RULES
from tests.intake_load.nursery import ACTOR, clock, correction
from tests.intake_load.test_kill import TABLES

ROUNDS = 10
OTHERS = (
    "SELECT COUNT(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
BREEDER = """
import os, sys
from core.intake.records import load
from core.store.opening import open_store
from tests.intake_load.nursery import ACTOR, RULES, clock, correction

delivery = correction()
for line in sys.stdin:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os.write(1, b"reaped\\n")
        continue
    store = open_store(line.strip(), clock)
    os.write(1, b"%d\\n" % os.getpid())
    load(store, ACTOR, delivery, RULES)
    os.write(1, b"done\\n")
    os._exit(0)
"""
"""Bears a child for each line, which imports into the store of that URL."""


class Breeder:
    """The other end of BREEDER."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def bear(self, url: str) -> int:
        """A child that has begun to import; its process number."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{url}\n")
        self.process.stdin.flush()
        return int(self.hear())

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def reap(self) -> None:
        while self.hear() != "reaped":
            pass


@pytest.fixture
def breeder() -> Iterator[Breeder]:
    if not hasattr(os, "fork"):
        pytest.skip("children are forked, which this system cannot do")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", BREEDER]
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield Breeder(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def half(postgres_url: str) -> str:
    """A store that holds half of the rows to come, with other amounts."""
    store = open_store(postgres_url, clock)
    hospital_id = big_hospital(store, ACTOR)
    rows = correction().rows.iloc[::2].assign(amount=1_00)
    load(store, ACTOR, big_delivery(hospital_id, rows, "first"), RULES)
    store.close()
    return postgres_url


@pytest.fixture
def copy(half: str) -> Iterator[str]:
    """The URL of a database that `_renew` makes from the half-full one."""
    url = make_url(half)
    name = f"{url.database}_killed"
    yield url.set(database=name).render_as_string(hide_password=False)
    drop_database(url, name)


def _renew(half: str, copy: str) -> None:
    name, template = make_url(copy).database, make_url(half).database
    elsewhere = make_url(half).set(database="postgres")
    drop_database(elsewhere, name)
    _administer(elsewhere, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _state(url: str) -> dict[str, int]:
    """A digest of every row that an import may touch, once the server has let the child go."""
    store = open_store(url, clock)
    with store.engine.connect() as connection:
        while connection.execute(text(OTHERS)).scalar_one():
            connection.rollback()
            time.sleep(0.02)
    with store.read() as connection:
        found = {
            table: hash(
                tuple(map(tuple, connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}"))))
            )
            for table, key in TABLES.items()
        }
    store.close()
    return found


@pytest.mark.slow
@pytest.mark.postgres
def test_an_import_on_a_server_killed_at_any_moment_leaves_nothing_or_everything(
    breeder: Breeder, half: str, copy: str
) -> None:
    nothing, seconds = _state(half), []
    for _ in range(2):
        _renew(half, copy)
        breeder.bear(copy)
        begun = time.perf_counter()
        assert breeder.hear() == "done"
        seconds.append(time.perf_counter() - begun)
        breeder.reap()
    everything = _state(copy)
    assert nothing != everything
    chance, outcomes = random.Random(20260101), []
    for turn in range(ROUNDS):
        _renew(half, copy)
        child = breeder.bear(copy)
        time.sleep((turn + chance.random()) / ROUNDS * min(seconds) * 1.1)
        with suppress(ProcessLookupError):  # it was faster than those before
            os.kill(child, signal.SIGKILL)
        breeder.reap()
        state = _state(copy)
        assert state in (nothing, everything), "half an import"
        outcomes.append(state == everything)
    assert outcomes.count(False) >= 3, "most moments lie before the commit"
