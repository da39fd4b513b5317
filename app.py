"""精管台 Jingguan: settings, language, who is here, list of pages."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.frames import Scope
from core.months import add_months, month_of
from core.words import t
from pages.shared import errors, forecast_first, navigation, reads, scope, session, sidebar
from pages.shared.warm import warm

PAGES = {
    "overview": ("home", "department"),
    "planning": (
        "planning/goals",
        "planning/progress",
        "planning/reviews",
        "planning/comparison",
    ),
    "analysis": (
        "analysis/explore",
        "analysis/control",
        "analysis/signals",
        "analysis/report",
        "analysis/equipment",
    ),
    "costing": (
        "costing/allocation",
        "costing/sandbox",
        "costing/budget",
        "costing/profit",
        "costing/disease",
        "costing/breakeven",
    ),
    "control": (
        "control/scorecard",
        "control/inspections",
        "control/incidents",
        "control/actions",
    ),
    "flow": ("flow/forecast", "flow/staffing", "flow/beds", "flow/queues"),
    "data": ("data/imports", "data/catalogue", "data/quality", "data/quick", "data/hospitals"),
}
"""By section of the menu, the files of its pages."""


def main() -> None:
    navigation.leave_older_kind()
    sidebar.choose_language()
    st.set_page_config(page_title=t("app.title"), page_icon="🏥", layout="wide")
    sidebar.tell_browser_language()
    page = st.navigation(
        {t(f"menu.{menu}"): [_page(place) for place in places] for menu, places in PAGES.items()},
        expanded=True,
    )
    with errors.caught():
        warm()
        session.ensure_hospital()
        reads.begin()
        scope.arrive(page.url_path)
        sidebar.draw()
        st.session_state["view"] = _view()
        sidebar.banners()
        with errors.caught():
            page.run()
        forecast_first.begin(st.session_state["view"])


def _page(place: str) -> StreamlitPage:
    """The page in this file; its address is the file's place, its title its name's."""
    name = place.rpartition("/")[2]
    address = place.replace("/", "_")
    return st.Page(
        f"pages/{place}.py", title=t(f"{name}.title"), url_path=address, default=name == "home"
    )


def _view() -> scope.View:
    """The scope bar where there is data; a hospital without any has nothing to choose."""
    hospital = session.hospital_id()
    reported = reads.months_reported(hospital)
    if reported is None:
        return scope.empty_view(hospital, add_months(month_of(session.today()), -1))
    return scope.draw(hospital, reported, reads.names(Scope(hospital, *reported)))


main()
