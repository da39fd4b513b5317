"""The demo hospital, written through the same loading path as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pandas as pd

from core.access.records import add_staff
from core.catalog.model import Catalog
from core.catalog.states import default_targets
from core.demo.hospital import DemoHospital, generate
from core.errors import DataError
from core.hospital.records import add_targets, create_hospital, hospitals
from core.hospital.rollups.rules import rules_of
from core.intake.delivered.records import batches
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store

SEED = 20260101
TABLES = ("departments", "workload", "driver", "income", "direct_cost")
CONTROL = {"workload": "outpatient_visits", "income": "amount", "direct_cost": "amount"}


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
        try:
            load(store, actor, delivery, rules)
        except DataError as error:
            if error.code != "E_IMPORT_TWICE":
                raise
    progress(1.0, "demo.step.done")
    return hospital_id


def demo_is_complete(store: Store, hospital_id: int) -> bool:
    """Whether the last table of the demo reaches as far as the first."""
    done = batches(store, hospital_id)
    reach = done[done["status"] == "done"].groupby("contract")["month_last"].max()
    return bool(len(reach) == len(TABLES) and reach["direct_cost"] == reach["workload"])


def start_hospital(store: Store, actor: Actor, name: str, catalog: Catalog) -> int:
    """An empty hospital with the standard masters and the catalogue's default targets; its id."""
    hospital_id = create_hospital(store, actor, name)
    add_targets(store, actor, hospital_id, default_targets(catalog))
    return hospital_id


def _found(store: Store, actor: Actor, catalog: Catalog, demo: DemoHospital) -> int:
    hospital_id = create_hospital(store, actor, demo.name_zh, demo.name_en, demo=True)
    add_staff(store, actor, hospital_id, demo.staff)
    own = pd.DataFrame(demo.targets)
    add_targets(store, actor, hospital_id, pd.concat([default_targets(catalog), own]))
    return hospital_id


def _deliveries(demo: DemoHospital, hospital_id: int):
    """One file a table and year, as a hospital would hand them in."""
    for contract in TABLES:
        rows: pd.DataFrame = getattr(demo, contract)
        if "month" not in rows:
            yield _delivery(contract, rows, hospital_id, contract)
            continue
        for year, part in rows.groupby(rows["month"] // 100):
            yield _delivery(contract, part, hospital_id, f"{contract}_{year}")


def _delivery(contract: str, rows: pd.DataFrame, hospital_id: int, name: str) -> Delivery:
    digest = hashlib.sha256(f"demo:{name}:{len(rows)}".encode())
    total = ""
    if contract in CONTROL:
        amount = int(rows[CONTROL[contract]].sum())
        total = (
            f"{CONTROL[contract]}={amount / 100:.2f}"
            if amount and "amount" in rows
            else (f"{CONTROL[contract]}={amount}")
        )
    return Delivery(
        hospital_id, contract, rows, f"demo_{name}.csv", digest.hexdigest(), control_total=total
    )
