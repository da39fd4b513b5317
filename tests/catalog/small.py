"""A catalogue of a few indicators, where a formula is all that matters."""

from __future__ import annotations

from typing import Any

from core.catalog.model import Catalog, Indicator, Measure

TEXT = {"zh": "文", "en": "text"}


def indicator(code: str, formula: dict[str, Any], **more: Any) -> Indicator:
    """An indicator of hospital and department, with everything else as plain as can be."""
    plain = {
        "code": code,
        "slug": code.lower(),
        "name": TEXT,
        "domain": "quality",
        "unit": "%",
        "decimals": 1,
        "better": "lower",
        "formula": formula,
        "formula_text": TEXT,
        "grain": ["hospital", "department"],
        "chart": "none",
        "source": "课程",
        "source_status": "seed",
        "note": TEXT,
        "used_for": [],
        "owner": TEXT,
        "data_source": TEXT,
        "review": {"by": "", "on": ""},
        "in_use": True,
    }
    return Indicator.model_validate(plain | more)


def measure(code: str, kind: str = "flow", **source: Any) -> Measure:
    """A measure; of the workload table's visits unless another source is given."""
    read = source or {"table": "workload", "column": "outpatient_visits"}
    plain = {"code": code, "name": TEXT, "unit": "例", "kind": kind, "source": read}
    return Measure.model_validate(plain)


def catalog_of(*entries: Indicator | Measure) -> Catalog:
    """A catalogue of these entries."""
    return Catalog(
        {one.code: one for one in entries if isinstance(one, Indicator)},
        {one.code: one for one in entries if isinstance(one, Measure)},
    )
