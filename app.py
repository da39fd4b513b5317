"""精管台 Jingguan: settings, language, who is here, list of pages."""

import streamlit as st

from core.frames import Scope
from core.months import add_months, month_of
from core.words import t
from pages.shared import errors, navigation, reads, scope, session, sidebar
from pages.shared.warm import warm


def main() -> None:
    navigation.leave_older_kind()
    sidebar.choose_language()
    st.set_page_config(page_title=t("app.title"), page_icon="🏥", layout="wide")
    sidebar.tell_browser_language()
    page = st.navigation(
        {
            t("menu.overview"): [
                st.Page("pages/home.py", title=t("home.title"), url_path="home", default=True),
                st.Page("pages/department.py", title=t("department.title"), url_path="department"),
            ],
            t("menu.data"): [
                st.Page("pages/data/imports.py", title=t("imports.title"), url_path="data_imports"),
                st.Page(
                    "pages/data/catalogue.py", title=t("catalogue.title"), url_path="data_catalogue"
                ),
                st.Page("pages/data/quality.py", title=t("quality.title"), url_path="data_quality"),
                st.Page("pages/data/quick.py", title=t("quick.title"), url_path="data_quick"),
                st.Page(
                    "pages/data/hospitals.py", title=t("hospitals.title"), url_path="data_hospitals"
                ),
            ],
        }
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


def _view() -> scope.View:
    """The scope bar where there is data; a hospital without any has nothing to choose."""
    hospital = session.hospital_id()
    reported = reads.months_reported(hospital)
    if reported is None:
        return scope.empty_view(hospital, add_months(month_of(session.today()), -1))
    return scope.draw(hospital, reported, reads.names(Scope(hospital, *reported)))


main()
