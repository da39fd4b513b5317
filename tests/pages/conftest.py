"""A store of its own for every test, under an app that believes it is 15 November 2026."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import session
from tests.stores import AS_OF, url_of, write_clinic, write_empty, write_gap, write_wards

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

    def __init__(self, demo_file: Path, folders: pytest.TempPathFactory) -> None:
        self.demo_file, self.folders = demo_file, folders
        self.path = Path()
        self.seen: tuple[int, int] = (0, 0)

    def untouched(self) -> bool:
        """Whether nobody has written to the store or taken its file away: every write is audited.

        The app must have it open.
        """
        return self.path.is_file() and self.state() == self.seen

    def state(self) -> tuple[int, int]:
        with session.store().read() as connection:
            newest = connection.execute(text("SELECT max(id) FROM audit")).scalar()
        return self.path.stat().st_ino, int(newest or 0)

    def renew(self) -> None:
        self.forget()
        self.path = Path(shutil.copy(self.demo_file, self.folders.mktemp("warm") / "store.db"))

    def forget(self) -> None:
        if self.path != Path():
            shutil.rmtree(self.path.parent, ignore_errors=True)
            self.path = Path()


@pytest.fixture(scope="session")
def warm(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    kept = Warm(demo_file, tmp_path_factory)
    yield kept
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
        if not warm.path.is_file():
            warm.renew()
        patch.setenv("JINGGUAN_DATABASE_URL", url_of(warm.path))
        if session.settings().database_url != url_of(warm.path):
            session.reopen()
        warm.seen = warm.state()
        yield warm.path
        if not warm.untouched():
            session.store().close()
            session.reopen()
            warm.forget()


@pytest.fixture
def empty(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_empty(tmp_path / "store.db"))


@pytest.fixture
def clinic(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_clinic(tmp_path / "store.db"))


@pytest.fixture
def gap(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_gap(tmp_path / "store.db"))


@pytest.fixture
def wards(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    return use(write_wards(tmp_path / "store.db"))


@pytest.fixture(params=["empty", "clinic"])
def any_store(request: pytest.FixtureRequest) -> Path:
    """An empty hospital, then one that has little; every page of the demo is read elsewhere."""
    return request.getfixturevalue(request.param)
