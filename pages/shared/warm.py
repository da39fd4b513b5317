"""Warm-up: what start-up made is frozen, so that no collection walks it again.

Streamlit collects garbage after every run; over the objects of pandas and Altair that alone cost
most of a rerun. Frozen once a process, before the first page, they are left alone.
"""

from __future__ import annotations

import gc

import pandas as pd
import streamlit as st

from core.charts.overview import ranked_bars
from core.charts.theme import LIGHT


@st.cache_resource
def warm() -> bool:
    """Build one chart, collect, freeze."""
    rows = pd.DataFrame({"name": ["a"], "value": [1.0], "text": ["1"], "subject": [True]})
    ranked_bars(rows, "", LIGHT).to_dict()
    gc.collect()
    gc.freeze()
    return True
