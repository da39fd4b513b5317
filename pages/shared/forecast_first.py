"""The demo's first forecasts: begun at first start, while the first page is being read."""

from __future__ import annotations

import streamlit as st

from pages.shared.scope import View
from pages.shared.session import DEMO_MADE


def begin(shown: View) -> None:
    """After the demo was made: emergency by day, which the page opens with, and by hour, which
    rosters are planned by; and by day of a month ago, to be held against what came.
    """
    if not st.session_state.pop(DEMO_MADE, False):
        return
    # the engine takes a second to import, and only the first start of all needs it here
    from pages.shared import flow_reads, forecast_making
    from pages.shared.flow_reads import HORIZONS, Asked

    by_day = Asked()
    if by_day.stream not in flow_reads.streams(shown.scope):
        return
    back = forecast_making.a_month_ago(shown, by_day)
    for asked in (by_day, Asked(freq="h", horizon=HORIZONS["h"]), back):
        if asked is not None:
            forecast_making.begin(shown, asked)
