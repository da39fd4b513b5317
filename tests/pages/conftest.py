"""A store of its own for every test, under an app that believes it is 15 November 2026."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import session
from tests.stores import AS_OF, url_of, write_clinic, write_empty, write_gap

ROOM = shutil.disk_usage(".")._replace(total=100, used=0, free=100)


@pytest.fixture(autouse=True)
def _a_server_that_has_run() -> Iterator[None]:
    """AppTest forgets before each run that st.navigation was ever called; a server does not.

    And its disk has room, whatever this one has.
    """
    plain = PagesManager.__init__

    def remembering(self: PagesManager, *places: Any, **named: Any) -> None:
        PagesManager.uses_pages_directory = False
        plain(self, *places, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PagesManager, "__init__", remembering)
        patch.setattr(shutil, "disk_usage", lambda _folder: ROOM)
        yield


@pytest.fixture
def use() -> Iterator[Callable[[Path], Path]]:
    """Make the app use the store in this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINGGUAN_AS_OF", AS_OF)

        def point(path: Path) -> Path:
            patch.setenv("JINGGUAN_DATABASE_URL", url_of(path))
            session.reopen()
            return path

        yield point
        session.store().close()
        session.reopen()


class Warm:
    """The demo hospital's store, and what pages keep of it, for as long as no test changes it."""

    def __init__(self, demo_file: Path, folder: Path) -> None:
        self.demo_file, self.path = demo_file, folder / "warm.db"
        self.watch: sqlite3.Connection | None = None
        self.seen = 0

    def still_good(self) -> bool:
        """Whether the app has this store open and nobody has written to it."""
        if self.watch is None or not self.path.exists():
            return False
        here = session.settings().database_url == url_of(self.path)
        return here and self._version() == self.seen

    def _version(self) -> int:
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])  # type: ignore[union-attr]

    def renew(self) -> None:
        self.forget()
        shutil.copy(self.demo_file, self.path)
        self.watch = sqlite3.connect(self.path)
        self.seen = self._version()

    def forget(self) -> None:
        if self.watch is not None:
            self.watch.close()
            self.watch = None
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


@pytest.fixture(scope="session")
def warm(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    kept = Warm(demo_file, tmp_path_factory.mktemp("warm"))
    yield kept
    session.store().close()
    session.reopen()
    kept.forget()


@pytest.fixture
def demo(warm: Warm, demo_file: Path, tmp_path: Path, request: Any) -> Iterator[Path]:
    """The demo hospital; a test that patches anything has a copy that nobody has read yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINGGUAN_AS_OF", AS_OF)
        if "monkeypatch" in request.fixturenames:
            own = Path(shutil.copy(demo_file, tmp_path / "store.db"))
            patch.setenv("JINGGUAN_DATABASE_URL", url_of(own))
            session.reopen()
            yield own
            session.store().close()
            session.reopen()
            return
        patch.setenv("JINGGUAN_DATABASE_URL", url_of(warm.path))
        if not warm.still_good():
            warm.renew()
            session.reopen()
        yield warm.path
        if not warm.still_good():
            session.store().close()
            session.reopen()


@pytest.fixture
def empty(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_empty(tmp_path / "store.db"))


@pytest.fixture
def clinic(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_clinic(tmp_path / "store.db"))


@pytest.fixture
def gap(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_gap(tmp_path / "store.db"))


@pytest.fixture(params=["empty", "clinic"])
def any_store(request: pytest.FixtureRequest) -> Path:
    """An empty hospital, then one that has little; every page of the demo is read elsewhere."""
    return request.getfixturevalue(request.param)
