"""Places where a store may be made."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A URL at which there is no store yet; its companions lie in the test's own folder."""
    monkeypatch.setenv("JINGGUAN_DATA_FOLDER", str(tmp_path))
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{(tmp_path / 'local' / 'store.db').as_posix()}"
