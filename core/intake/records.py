"""Checked rows -> staging -> one swap; and back again.

The swap is one transaction: batch, new departments, rows replaced (kept in the history), new
rows, roll-ups of the months touched, audit. Masters are changed entry by entry.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.errors import ConflictError, DataError
from core.hospital.facts import FACT_TABLES, MASTER_TABLES
from core.hospital.rollups.records import RESTS_ON, RollupRule, rebuild, rebuild_months
from core.hospital.tables import ImportBatch
from core.intake.batches.records import add_departments, new_batch, wait_for_other_imports
from core.intake.delivery import Delivery, Progress
from core.intake.masters.records import drop_departments, load_master, undo_master
from core.intake.staging.records import restore, stage, swap
from core.store.engine import Actor, Store, Work

__all__ = ["Delivery", "Progress", "load", "undo"]


def load(
    store: Store,
    actor: Actor,
    delivery: Delivery,
    rules: Sequence[RollupRule],
    progress: Progress = lambda share, step: None,
) -> int:
    """Store the delivery, all of it or nothing; the id of its batch.

    DataError E_IMPORT_TWICE when the same file is already in; E_IMPORT_EMPTY without rows.
    """
    if delivery.rows.empty:
        raise DataError("E_IMPORT_EMPTY")
    if delivery.contract in MASTER_TABLES:
        with store.write(actor) as work:
            wait_for_other_imports(work, delivery.hospital_id)
            batch = load_master(work, delivery)
            _rebuild_resting(store, work, rules, delivery)
            return batch
    facts = FACT_TABLES[delivery.contract]
    store.make_room(facts.store, delivery.rows["month"].unique().tolist())
    with store.bulk() as connection:
        staged = stage(store, connection, facts, delivery.rows, progress)
        try:
            progress(0.7, "import.step.swap")
            with store.write(actor, on=connection) as work:
                wait_for_other_imports(work, delivery.hospital_id)
                batch = new_batch(work, delivery)
                add_departments(work, delivery)
                months = swap(work.connection, facts, delivery.hospital_id, batch)
                store.dialect.analyse(work.connection, facts.store)
                progress(0.85, "import.step.rollup")
                touched = [rule for rule in rules if rule.contract == delivery.contract]
                rebuild(store, work, delivery.hospital_id, months, touched)
            progress(1.0, "import.step.done")
            return batch
        finally:
            connection.execution_options(reads=True)  # a temporary table needs no write lock
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {staged}")
            connection.commit()


def _rebuild_resting(
    store: Store, work: Work, rules: Sequence[RollupRule], changed: Delivery | ImportBatch
) -> None:
    """A change of a master makes the roll-ups that read it anew."""
    contracts = RESTS_ON.get(changed.contract, ())
    if contracts:
        work.session.flush()
        rebuild_months(store, work, changed.hospital_id, rules, contracts)


def undo(store: Store, actor: Actor, batch_id: int, seen: int, rules: Sequence[RollupRule]) -> None:
    """Take a batch back: its rows go, the rows it replaced return.

    DataError E_UNDO_COPIED when it came with a copy of a hospital, E_UNDO_LATER when a later
    batch replaced some of its rows, E_UNDO_CHANGED(_ENTRY) when a master was changed since,
    E_UNDO_USED(_ENTRY) when a master's entry that it created is used by now;
    ConflictError E_CONFLICT when it was undone meanwhile.
    """
    with store.write(actor) as work:
        batch = work.session.get(ImportBatch, batch_id, with_for_update=True)
        if batch is not None and batch.status == "copied":
            raise DataError("E_UNDO_COPIED", batch=batch_id)
        if batch is None or batch.version != seen or batch.status != "done":
            raise ConflictError("E_CONFLICT", stored=batch.model_dump() if batch else {})
        wait_for_other_imports(work, batch.hospital_id)
        detail = json.loads(batch.detail)
        if batch.contract in MASTER_TABLES:
            undo_master(work, batch, detail)
            _rebuild_resting(store, work, rules, batch)
        else:
            months = restore(work.connection, FACT_TABLES[batch.contract], batch_id)
            touched = [rule for rule in rules if rule.contract == batch.contract]
            rebuild(store, work, batch.hospital_id, months, touched)
        if batch.contract != "departments":
            drop_departments(work, batch.hospital_id, detail["departments"])
        batch.status, batch.version = "undone", batch.version + 1
        work.record(
            "import.undo",
            f"batch:{batch_id}",
            batch.hospital_id,
            {"status": "done"},
            {"status": "undone"},
        )
