"""What every page stands on: the store, the definitions, who acts. One of each a process."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import streamlit as st

from core.catalog.load import load_catalog
from core.catalog.model import Catalog
from core.demo.loading import demo_is_complete, load_demo
from core.errors import StoreError
from core.hospital.records import hospitals
from core.hospital.rollups.records import RollupRule, are_current, rebuild_all
from core.hospital.rollups.rules import rules_of
from core.intake.definitions import TableDefinition, load_tables
from core.intake.desk import Surroundings
from core.months import add_months, local_date, month_of, utc_now
from core.settings import Settings
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.words import t
from pages.shared.kept import forget_all, kept

_FIRST_START = threading.Lock()
DEMO_MADE = "demo_made"
"""Set in the session whose first run made the demo."""
_READY: set[str] = set()
"""Stores that are known to hold a hospital, so that no rerun asks again."""


@kept(1)
def settings() -> Settings:
    return Settings()


@kept(1)
def _open(url: str) -> Store:
    return open_store(url, thorough=True)


def store() -> Store:
    """The store of this process; StoreError when it cannot be opened."""
    return _open(settings().database_url)


def reopen() -> None:
    """Forget the open store and all that was read from it: its file has been set aside."""
    _READY.clear()
    forget_all()


@kept(1)
def catalog() -> Catalog:
    return load_catalog(Path(settings().data_folder) / "catalog")


@kept(1)
def tables() -> dict[str, TableDefinition]:
    return load_tables(Path(settings().data_folder) / "intake")


def surroundings() -> Surroundings:
    """What the check of a file takes from outside the store."""
    return Surroundings(Path(settings().data_folder), settings().hash_key.encode())


@kept(1)
def rules() -> list[RollupRule]:
    """How facts are rolled up."""
    return rules_of(catalog())


def today() -> dt.date:
    """The date that "last month" is counted from."""
    if settings().as_of:
        return dt.date.fromisoformat(settings().as_of)
    return local_date(utc_now())


def ensure_hospital() -> None:
    """At first start, make the demo hospital under a progress bar; others wait for it."""
    if store().url in _READY:
        return
    with _FIRST_START:
        known = hospitals(store())
        demos = known.loc[known["demo"].astype(bool), "id"].tolist()
        if len(known) and (not demos or demo_is_complete(store(), demos[0])):
            _add_up_anew([int(one) for one in known["id"]])
            _READY.add(store().url)
            return
        bar = st.progress(0.0, text=t("demo.step.generate"))

        def tell(share: float, step: str) -> None:
            bar.progress(share, text=t(step))

        load_demo(
            store(),
            Actor(t("actor.first_start"), "start"),
            catalog(),
            add_months(month_of(today()), -1),
            tell,
        )
        bar.empty()
        st.session_state[DEMO_MADE] = True
        _READY.add(store().url)


def _add_up_anew(hospital_ids: list[int]) -> None:
    """After an update that brought other measures: their roll-ups, once. Not in a store that
    nobody may write to: it is shown as it is.
    """
    for hospital in hospital_ids:
        if are_current(store(), hospital, rules()):
            continue
        bar = st.progress(0.5, text=t("rollups.step"))
        try:
            rebuild_all(store(), Actor(t("actor.first_start"), "start"), hospital, rules())
        except StoreError as error:
            if error.code != "E_STORE_READONLY":
                raise
        bar.empty()


def hospital_id() -> int:
    """The hospital that this session looks at."""
    return int(st.session_state["hospital_id"])


def actor(page: str) -> Actor:
    """The person chosen in the sidebar, acting from this page."""
    return Actor(st.session_state.get("acting") or t("actor.nobody"), page)
