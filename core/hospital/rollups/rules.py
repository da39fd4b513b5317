"""The catalogue's measures, as rules for the roll-ups."""

from __future__ import annotations

from core.catalog.cube import REPORTED, reported_measure
from core.catalog.model import Catalog
from core.hospital.rollups.records import RollupRule


def rules_of(catalog: Catalog) -> list[RollupRule]:
    """A rule for every measure that comes from a table; derived ones are computed when read.

    And three for each reported indicator: its value, top and bottom.
    """
    rules = []
    for measure in catalog.measures.values():
        source = measure.source
        if source.table is None:
            continue
        rules.append(
            RollupRule(
                measure.code,
                source.table,
                source.column,
                tuple(sorted(source.where.items())),
                source.department or "department",
                100 if source.table in ("driver", "quality") and measure.money else 1,
            )
        )
    columns = dict(zip(REPORTED, ("value", "numerator", "denominator"), strict=True))
    for code in catalog.reported:
        for part, column in columns.items():
            measure = reported_measure(code, part)
            rules.append(RollupRule(measure, "reported", column, (("indicator", code),)))
    return rules
