"""What a person sees when something fails: words or a number, never a path, SQL or a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.access.records import staff
from core.errors import StoreError
from core.hospital.records import hospitals
from core.store.backup import back_up
from core.store.engine import Store
from core.store.opening import open_store
from pages.shared import errors, reads, session
from tests.pages.app import HOME, Tab
from tests.stores import ACTOR, url_of, write_empty

SECRETS = ("/srv/jingguan/data", "SELECT name FROM patient", "张某某 320102")
NUMBER = re.compile(r"编号 ([2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4})$")


def _app() -> AppTest:
    return AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60)


def _said(at: AppTest) -> str:
    blocks = (*at.main, *at.sidebar)
    return "\n".join(str(getattr(block, "value", "")) for block in blocks)


@pytest.fixture
def unlucky(empty: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose pages fail with everything that nobody may see in the message."""

    def fail(*_: object) -> None:
        raise RuntimeError(" ".join(SECRETS))

    monkeypatch.setattr(reads, "months_reported", fail)
    return empty


def test_an_unexpected_fault_shows_a_number_and_hides_the_rest(unlucky: Path) -> None:
    at = _app().run()
    assert NUMBER.search(at.error[0].value)
    said = _said(at) + "".join(map(str, at.exception))
    assert [secret for secret in (*SECRETS, "RuntimeError", "Traceback") if secret in said] == []
    assert "刷新" in said


def test_the_log_beside_the_store_has_it_all_under_the_number(unlucky: Path) -> None:
    at = _app().run()
    found = NUMBER.search(at.error[0].value)
    assert found is not None
    log = (unlucky.parent / errors.LOG).read_text(encoding="utf-8")
    assert [secret for secret in (*SECRETS, "RuntimeError", found[1]) if secret not in log] == []
    assert (unlucky.parent / errors.LOG).stat().st_mode & 0o077 == 0


def test_each_fault_has_a_number_of_its_own(unlucky: Path) -> None:
    numbers = {_app().run().error[0].value for _ in range(3)}
    assert len(numbers) == 3


def test_the_log_does_not_grow_for_ever(unlucky: Path) -> None:
    (unlucky.parent / errors.LOG).write_text("x" * 1_000_000)
    _app().run()
    assert (unlucky.parent / errors.LOG).stat().st_size < 100_000
    assert (unlucky.parent / f"{errors.LOG}.1").exists()


def test_a_log_that_cannot_be_written_takes_nothing_from_the_person(
    unlucky: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(errors, "_write", full)
    found = NUMBER.search(_app().run().error[0].value)
    assert found is not None
    assert found[1] in caplog.text


def _stops() -> None:
    import streamlit as st

    from pages.shared import errors

    with errors.caught():
        if "again" not in st.session_state:
            st.session_state["again"] = True
            st.rerun()
        st.write("shown")
        st.stop()
    st.write("never")


def test_streamlits_own_stop_and_rerun_pass_through(empty: Path) -> None:
    at = AppTest.from_function(_stops).run()
    assert [block.value for block in at.markdown] == ["shown"]
    assert not at.error


@pytest.fixture
def damaged(use: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A store with a backup, its middle overwritten while nobody had it open."""
    file = write_empty(tmp_path / "store.db")
    store = open_store(url_of(file))
    back_up(store, tmp_path / "jingguan-20261114T160000Z.db", ACTOR)
    store.close()
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096 - 2):
        content[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    file.write_bytes(content)
    return file


def test_a_damaged_store_is_refused_with_its_last_backup_and_the_way_back(
    damaged: Path, use: Callable[[Path], Path], tmp_path: Path
) -> None:
    use(damaged)
    at = _app().run()
    said = _said(at)
    assert [title.value for title in at.title] == ["数据库没有打开"]
    assert "jingguan\\-20261114T160000Z\\.db" in at.error[0].value
    assert at.code[0].value == "python -m core restore jingguan-20261114T160000Z.db --yes"
    assert not at.metric
    assert str(tmp_path) not in said
    use(write_empty(tmp_path / "other.db"))


def test_a_newer_store_is_refused_with_both_numbers(empty: Path) -> None:
    store = open_store(url_of(empty))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    session.reopen()
    at = _app().run()
    assert "9999" in at.error[0].value
    assert str(empty.parent) not in _said(at)
    empty.unlink()
    write_empty(empty)
    session.reopen()


def test_a_read_only_store_is_shown_with_a_banner_and_saves_nothing(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.store().close()
    monkeypatch.setenv("JINGGUAN_DATABASE_URL", f"sqlite:///file:{empty}?mode=ro&uri=true")
    session.reopen()
    tab = Tab(HOME)
    assert any("只读" in warning.value for warning in tab.at.warning)
    assert len(hospitals(session.store())) == 1


def _fill_up(store: Store) -> None:
    """Let the disk be full, down to the last small row."""
    with store.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA max_page_count=1")  # cut to those in use
    for size in (3000, 300, 10):
        with pytest.raises(StoreError, match="E_STORE_FULL"):
            while True:
                with store.write(ACTOR) as work:
                    work.record("note", "x" * size)


def test_a_full_disk_is_said_and_reading_goes_on(empty: Path) -> None:
    tab = Tab(HOME)
    _fill_up(session.store())
    tab.write("姓名", "甲" * 40).press("添加")
    assert [error for error in tab.errors() if "磁盘已满" in error]
    assert staff(session.store(), 1).empty
    assert tab.run().title() == "运营总览"
