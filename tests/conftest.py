"""What every test may rely on: no network, no data of the user, stores of its own."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ProgrammingError

from core.months import Clock
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.words import set_language
from tests.stores import write_demo

ROOT = Path(__file__).resolve().parent.parent
LOCAL = str(ROOT / "data" / "local") + os.sep
POSTGRES = "JINGGUAN_TEST_POSTGRES"
_scratch: list[Path] = []


def pytest_configure() -> None:
    """Before any test module is read: forget the user's settings, guard the user's data."""
    for name in [name for name in os.environ if name.startswith("JINGGUAN_")]:
        if not name.startswith("JINGGUAN_TEST_"):
            del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="jingguan-tests-"))
    _scratch.append(folder)
    os.environ["JINGGUAN_DATABASE_URL"] = f"sqlite:///{(folder / 'session.db').as_posix()}"
    sys.addaudithook(_refuse_opening)
    event.listen(Engine, "do_connect", _refuse_connecting)


def pytest_unconfigure() -> None:
    """Remove what the session left behind."""
    while _scratch:
        shutil.rmtree(_scratch.pop(), ignore_errors=True)


def _refuse_opening(name: str, arguments: tuple[Any, ...]) -> None:
    if name in ("open", "os.mkdir", "sqlite3.connect") and isinstance(arguments[0], str | Path):
        _refuse(arguments[0])


def _refuse_connecting(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
    if arguments:  # pysqlite3 raises no audit event of its own
        _refuse(arguments[0])


def _refuse(path: str | Path) -> None:
    if (os.path.abspath(path) + os.sep).startswith(LOCAL):
        pytest.fail(f"a test opened the user's own data: {path}")


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Every test starts in Chinese, whatever the one before it spoke."""
    set_language("zh")
    yield


@pytest.fixture
def actor() -> Actor:
    """Who acts in a test."""
    return Actor("测试员", "tests")


@pytest.fixture
def fixed_clock() -> Clock:
    """Always 2026-01-15 16:00 in Shanghai."""
    return lambda: dt.datetime(2026, 1, 15, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of large cases beside the repository; the test is skipped without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is absent: its cases and data are not part of the repository")
    return folder


@pytest.fixture
def sqlite_store(tmp_path: Path, fixed_clock: Clock) -> Iterator[Store]:
    """An empty store in a file of its own."""
    store = open_store(f"sqlite:///{(tmp_path / 'store.db').as_posix()}", fixed_clock)
    yield store
    store.close()


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """The URL of an empty PostgreSQL database."""
    engine = create_engine(make_url(postgres_database).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_database


@pytest.fixture
def postgres_store(postgres_url: str, fixed_clock: Clock) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    store = open_store(postgres_url, fixed_clock)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store; the test runs once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_store")


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo hospital in a file that no test changes: copy it.

    Written once a session: the processes of pytest-xdist share the folder above their own.
    """
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with FileLock(folder / "demo.lock"):
        if not (folder / "demo.db").exists():
            write_demo(own / "demo_in_progress.db").rename(folder / "demo.db")
    return folder / "demo.db"


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """A database of this process alone, dropped when it ends."""
    if not os.environ.get(POSTGRES):
        pytest.skip(f"{POSTGRES} is not set: no PostgreSQL server to test on")
    url = make_url(os.environ[POSTGRES])
    name = f"{url.database}_{os.getpid()}"
    drop_database(url, name)
    # The order of text is the same as in SQLite, whatever the server's locale.
    _administer(url, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    yield url.set(database=name).render_as_string(hide_password=False)
    drop_database(url, name)


def drop_database(url: URL, name: str | None) -> None:
    """Drop it whoever is connected. The server's own cleaning worker may be in it for a moment,
    which only a superuser may end.
    """
    for attempt in range(100):
        try:
            _administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            return
        except ProgrammingError as error:
            if attempt == 99 or "InsufficientPrivilege" not in str(error):
                raise
            time.sleep(0.1)


def _administer(url: URL, statement: str) -> None:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
