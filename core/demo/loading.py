"""The demo hospital, written through the same loading path as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pandas as pd

from core.access.records import add_staff
from core.catalog.model import Catalog
from core.catalog.states import default_targets
from core.demo.actions import make_actions
from core.demo.forecasts import make_forecasts
from core.demo.hospital import MAKERS, DemoHospital, generate
from core.demo.incidents import make_incidents
from core.demo.parameters import FOLDER
from core.hospital.records import add_targets, create_hospital, hospitals
from core.hospital.rollups.records import rebuild_all
from core.hospital.rollups.rules import rules_of
from core.intake.definitions import TableDefinition, load_tables
from core.intake.delivered.records import batches, known_files
from core.intake.records import Delivery, load
from core.months import add_months
from core.store.engine import Actor, Store

SEED = 20260101
FEN_PER_YUAN = 100
EVERY = 1_000_000
MONTHS = 36
"""That the demo holds."""
TABLES = tuple(MAKERS)
"""Every table of the demo, in the order in which it is loaded."""
CONTRACTS = FOLDER.parent / "intake"


def load_demo(
    store: Store,
    actor: Actor,
    catalog: Catalog,
    last_month: int,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> int:
    """A demo hospital with 36 months up to `last_month`; its id. progress: share 0-1, text id.

    A run that was killed is taken up where it stopped.
    """
    progress(0.02, "demo.step.generate")
    demo = generate(last_month, seed=SEED)
    known = hospitals(store)
    begun = known.loc[known["demo"].astype(bool), "id"].tolist()
    hospital_id = begun[0] if begun else _found(store, actor, catalog, demo)
    deliveries = list(_deliveries(demo, hospital_id))
    rules = rules_of(catalog)
    for place, delivery in enumerate(deliveries):
        progress(0.15 + 0.85 * place / len(deliveries), f"demo.step.{delivery.contract}")
        if delivery.sha256 not in known_files(store, hospital_id, delivery.contract):
            load(store, actor, delivery, rules)
    progress(0.99, "demo.step.forecast")
    months = (add_months(last_month, 1 - MONTHS), last_month)
    make_forecasts(store, actor, hospital_id, months)
    make_actions(store, actor, catalog, hospital_id, months)
    make_incidents(store, actor, hospital_id, last_month, SEED)
    progress(1.0, "demo.step.done")
    return hospital_id


def demo_is_complete(store: Store, hospital_id: int) -> bool:
    """Whether every table of the demo is in, and the last one reaches as far as the workload."""
    done = batches(store, hospital_id, most=EVERY)
    reach = done[done["status"] == "done"].groupby("contract")["month_last"].max()
    if not set(TABLES) <= set(reach.index):
        return False
    return bool(reach[TABLES[-1]] >= reach["workload"])


def start_hospital(store: Store, actor: Actor, name: str, catalog: Catalog) -> int:
    """An empty hospital with the standard masters and the catalogue's default targets; its id."""
    hospital_id = create_hospital(store, actor, name)
    add_targets(store, actor, hospital_id, default_targets(catalog))
    rebuild_all(store, actor, hospital_id, rules_of(catalog))  # says by which rules it will add up
    return hospital_id


def _found(store: Store, actor: Actor, catalog: Catalog, demo: DemoHospital) -> int:
    hospital_id = create_hospital(store, actor, demo.name_zh, demo.name_en, demo=True)
    add_staff(store, actor, hospital_id, demo.staff)
    own = pd.DataFrame(demo.targets)
    add_targets(store, actor, hospital_id, pd.concat([default_targets(catalog), own]))
    rebuild_all(store, actor, hospital_id, rules_of(catalog))  # says by which rules it will add up
    return hospital_id


def _deliveries(demo: DemoHospital, hospital_id: int) -> Iterator[Delivery]:
    """One file a table and year, as a hospital would hand them in."""
    definitions = load_tables(CONTRACTS)
    for contract, rows in demo.tables.items():
        definition = definitions[contract]
        if "month" not in rows:
            yield _delivery(definition, rows, hospital_id, contract)
            continue
        for year, part in rows.groupby(rows["month"] // 100):
            yield _delivery(definition, part, hospital_id, f"{contract}_{year}")


def _delivery(
    definition: TableDefinition, rows: pd.DataFrame, hospital_id: int, name: str
) -> Delivery:
    digest = hashlib.sha256(f"demo:{name}:{len(rows)}".encode()).hexdigest()
    return Delivery(
        hospital_id,
        definition.table,
        rows,
        f"demo_{name}.csv",
        digest,
        control_total=_control_total(definition, rows),
    )


def _control_total(definition: TableDefinition, rows: pd.DataFrame) -> str:
    """Sum of the control column, money in 元; "" of masters and of what is no whole number."""
    if definition.kind == "master" or not definition.control:
        return ""
    column = definition.column(definition.control)
    if column.type not in ("money", "int"):
        return ""
    total = int(rows[definition.control].sum())
    amount = f"{total / FEN_PER_YUAN:.2f}" if column.type == "money" else str(total)
    return f"{definition.control}={amount}"
