"""Charts as plain data: building and checking one costs more than all else on a page.

A page keeps what `plain_spec` makes under a key that holds all it depends on. A missing number in
such a key is None: NaN is no key, for it equals nothing, itself included.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from streamlit.dataframe_util import convert_anything_to_arrow_bytes


def plain_spec(chart: Any) -> dict[str, Any]:
    """A chart for st.vega_lite_chart, its rows as bytes already: no rerun converts them again."""
    return drawn_spec(chart.to_dict())


def drawn_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """The same of a specification that is plain data already; it is taken apart."""
    named = spec.pop("datasets").items()
    tables = {name: convert_anything_to_arrow_bytes(pd.DataFrame(rows)) for name, rows in named}
    return spec | {"datasets": tables}


def told(value: float) -> float | None:
    """A number as part of a key; None where it is missing."""
    return None if math.isnan(value) else float(value)


def untold(value: float | None) -> float:
    """The number back again; NaN where it is missing."""
    return math.nan if value is None else value
