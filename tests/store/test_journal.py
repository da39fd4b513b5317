"""Which SQLite may keep a write-ahead log, and what happens with one that may not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.hospital.records import create_hospital, hospitals
from core.store.dialects import sqlite
from core.store.engine import Actor
from core.store.opening import open_store

VERSIONS = [
    ((3, 6, 23), True),
    ((3, 7, 0), False),
    ((3, 40, 1), False),
    ((3, 44, 5), False),
    ((3, 44, 6), True),
    ((3, 45, 0), False),
    ((3, 50, 4), False),
    ((3, 50, 6), False),
    ((3, 50, 7), True),
    ((3, 51, 1), False),
    ((3, 51, 2), False),
    ((3, 51, 3), True),
    ((3, 53, 4), True),
    ((4, 0, 0), True),
]


@pytest.mark.parametrize(("version", "safe"), VERSIONS)
def test_the_log_is_kept_only_where_it_cannot_corrupt(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert sqlite.wal_is_safe(version) is safe


def test_a_faulty_sqlite_works_without_the_log_and_says_so(
    tmp_path: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = SimpleNamespace(**{**vars(sqlite._driver()), "sqlite_version_info": (3, 51, 2)})
    monkeypatch.setattr(sqlite, "_driver", lambda: faulty)
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    assert store.notes == ("W_STORE_JOURNAL",)
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    create_hospital(store, actor, "县医院")
    assert hospitals(store)["name_zh"].tolist() == ["县医院"]
    store.close()
    assert not (tmp_path / "a.db-wal").exists()
