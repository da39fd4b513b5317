"""Words of costing that several parts of its pages say."""

from __future__ import annotations

from collections.abc import Mapping

from core.formats import months_name
from core.words import has, pick, t
from pages.shared.phrases import sourced
from pages.shared.scope import View
from pages.shared.session import catalog


def source_of(shown: View, unit: str) -> str:
    """Unit, tables and months: under every picture of costing over the months of the view."""
    return sourced(unit, t("costing.source", months=months_name(shown.comparison.now)))


def driver_name(choice: str, code: str, drivers: Mapping[str, str]) -> str:
    """A driver in words: what it is, and which of the hospital's own.

    choice: as in Rule.drivers; code: the driver used, as in NOTES. drivers: names by code.
    """
    kind, _, stated = choice.partition(":")
    if kind in ("services", "driver"):
        own = drivers.get(stated or code, stated or code)
        return f"{t('costing.driver.' + kind)}: {own}" if own else t("costing.driver." + kind)
    if has(f"costing.driver.{kind}"):
        return t(f"costing.driver.{kind}")
    measure = catalog().measures.get(kind)
    return pick(measure.name.zh, measure.name.en) if measure else kind


def drivers_text(choices: tuple[str, ...], drivers: Mapping[str, str]) -> str:
    """Drivers in the order in which they are tried; those of the file's rule where none is."""
    told = [driver_name(choice, "", drivers) for choice in choices]
    return " → ".join(told) if told else t("basis.default")
