"""The schema, and what a migration does to a store that is full."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.hospital.history.tables import METADATA
from core.hospital.records import save_target
from core.store.engine import Actor, Store
from core.store.opening import migrate, open_store
from core.store.tables import Audit
from core.workshop.records import copied_tables
from tests.intake_load.deliveries import fill
from tests.store.schemas import HEAD, NEXT, scripts_with

TARGET = {
    "indicator": "alos",
    "month_from": 202501,
    "high": 9.0,
    "kind": "target",
    "source": "院部",
}
REBUILD = f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{NEXT}", "{HEAD}", None, None


def upgrade() -> None:
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    for table in ("department", "import_batch", "audit"):
        with op.batch_alter_table(table, recreate=recreate) as batch:
            batch.add_column(sa.Column("added", sa.String(), nullable=True))
"""
FAIL = (
    REBUILD
    + '    op.execute("UPDATE department SET name_zh = code")\n    raise RuntimeError("half-way")\n'
)
DROP = REBUILD.partition("def")[0] + "def upgrade() -> None:\n    op.drop_table('audit')\n"
BREAK = REBUILD + "    op.execute(\"DELETE FROM department WHERE code = 'D01'\")\n"


def _rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            table: connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()
            for table in METADATA.tables
        }


def _triggers(store: Store) -> list[str]:
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    with store.read() as connection:
        return list(connection.execute(text(asked[store.engine.dialect.name])).scalars())


def _revision(store: Store) -> str:
    with store.read() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def _full(store: Store, actor: Actor) -> dict[str, int]:
    hospital_id = fill(store, actor)
    save_target(store, actor, hospital_id, TARGET)
    return _rows(store)


def test_migrations_make_the_schema_that_the_tables_describe(store: Store) -> None:
    # whoever copies hospitals knows every room's tables
    assert {"staff", "monthly_report"} < {table.name for table in copied_tables()}
    assert Audit.__tablename__ in METADATA.tables
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_rebuilding_tables_of_a_full_store_keeps_every_row_and_trigger(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    rows, triggers = _full(store, actor), _triggers(store)
    migrate(store.engine, scripts_with(REBUILD, tmp_path))
    assert (_rows(store), _triggers(store)) == (rows, triggers)
    assert _revision(store) == NEXT
    assert "added" in {column["name"] for column in inspect(store.engine).get_columns("audit")}
    with (
        pytest.raises(DatabaseError, match="append only"),
        store.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE audit SET who = '李四'"))


def test_references_hold_after_a_rebuild_and_are_watched_again(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    _full(sqlite_store, actor)
    migrate(sqlite_store.engine, scripts_with(REBUILD, tmp_path))
    with sqlite_store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    with (
        pytest.raises(DatabaseError, match="FOREIGN KEY"),
        sqlite_store.engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM department WHERE code = 'D01'"))


def test_a_migration_that_fails_half_way_changes_nothing(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    rows, triggers = _full(store, actor), _triggers(store)
    with pytest.raises(RuntimeError, match="half-way"):
        migrate(store.engine, scripts_with(FAIL, tmp_path))
    assert (_rows(store), _triggers(store), _revision(store)) == (rows, triggers, HEAD)
    names = {column["name"] for column in inspect(store.engine).get_columns("department")}
    assert "added" not in names
    with store.read() as connection:
        named = connection.execute(text("SELECT name_zh FROM department WHERE code = 'D01'"))
        assert named.scalar() == "内科"


def test_a_migration_that_orphans_rows_is_refused(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    rows = _full(sqlite_store, actor)
    with pytest.raises(StoreError, match="E_STORE_REFERENCES") as refused:
        migrate(sqlite_store.engine, scripts_with(BREAK, tmp_path))
    assert refused.value.fields["tables"] == "direct_cost, driver_quantity, income, workload"
    assert (_rows(sqlite_store), _revision(sqlite_store)) == (rows, HEAD)


def test_a_table_that_a_migration_drops_takes_its_triggers_along(
    sqlite_store: Store, tmp_path: Path
) -> None:
    migrate(sqlite_store.engine, scripts_with(DROP, tmp_path))
    assert [made for made in _triggers(sqlite_store) if " ON audit " in made] == []


def test_an_old_app_refuses_the_store_of_the_new_one(
    store: Store, actor: Actor, tmp_path: Path
) -> None:
    rows = _full(store, actor)
    migrate(store.engine, scripts_with(REBUILD, tmp_path))
    with pytest.raises(StoreError, match="E_STORE_NEWER"):
        open_store(store.url)
    assert _rows(store) == rows


def test_opening_again_changes_nothing(store: Store, actor: Actor) -> None:
    rows = _full(store, actor)
    again = open_store(store.url)
    assert _rows(again) == rows
    again.close()


def _open_together(url: str) -> None:
    def once(_: int) -> None:
        open_store(url).close()

    with ThreadPoolExecutor(6) as people:
        list(people.map(once, range(6)))


def test_six_who_open_an_empty_file_at_once_all_get_in(tmp_path: Path) -> None:
    _open_together(f"sqlite:///{tmp_path / 'a.db'}")


@pytest.mark.postgres
def test_six_who_open_an_empty_server_at_once_all_get_in(postgres_url: str) -> None:
    _open_together(postgres_url)
