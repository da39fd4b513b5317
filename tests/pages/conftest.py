"""A store of its own for every test, under an app that believes it is 15 November 2026."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import session
from tests.stores import AS_OF, url_of, write_clinic, write_empty, write_gap


@pytest.fixture(autouse=True)
def _a_server_that_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets before each run that st.navigation was ever called; a server does not."""
    plain = PagesManager.__init__

    def remembering(self: PagesManager, *places: Any, **named: Any) -> None:
        PagesManager.uses_pages_directory = False
        plain(self, *places, **named)

    monkeypatch.setattr(PagesManager, "__init__", remembering)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Path]]:
    """Make the app use the store in this file."""
    monkeypatch.setenv("JINGGUAN_AS_OF", AS_OF)

    def point(path: Path) -> Path:
        monkeypatch.setenv("JINGGUAN_DATABASE_URL", url_of(path))
        session.reopen()
        return path

    yield point
    session.store().close()
    session.reopen()


@pytest.fixture
def demo(use: Callable[[Path], Path], demo_file: Path, tmp_path: Path) -> Path:
    return use(Path(shutil.copy(demo_file, tmp_path / "store.db")))


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
