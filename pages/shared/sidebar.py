"""The sidebar: language, hospital, who acts, and the way from the demo to one's own data."""

from __future__ import annotations

import streamlit as st

from core.access.records import add_staff
from core.demo.loading import start_hospital
from core.errors import JingguanError
from core.hospital.records import archive_hospital, create_hospital
from core.store.opening import archive, free_space_is_low
from core.words import LANGUAGES, pick, set_language, t
from pages.shared import errors, reads
from pages.shared.phrases import complaint
from pages.shared.scope import adopt, publish
from pages.shared.session import actor, catalog, hospital_id, reopen, store

_NAMES = {"zh": "中文", "en": "English"}
_WORDED = {
    *("home_trend", "department_indicator", "import_table", "due_month"),
    *("catalogue_domain", "hospital_id"),
}
"""Keys of the select boxes whose options are worded."""


def choose_language() -> None:
    """Chinese unless the URL or the switch says English; set before any text is made."""
    adopt("lang", "language", lambda text: text if text in LANGUAGES else None)
    chosen = st.session_state.get("language") or "zh"
    set_language(chosen)
    if st.session_state.get("language_spoken", chosen) != chosen:
        _word_again()
    st.session_state["language_spoken"] = chosen


def _word_again() -> None:
    """A browser keeps the label of what was chosen, not its code: tell it the new label."""
    for key in map(str, st.session_state):
        if key in _WORDED or key.startswith(("mapping_columns_", "scope_")):
            st.session_state[key] = st.session_state[key]


def tell_browser_language() -> None:
    """So that screen readers and fonts know which Chinese characters are meant."""
    code = "en" if st.session_state.get("language") == "en" else "zh-CN"
    script = f"<script>document.documentElement.lang='{code}'</script>"
    st.html(script, unsafe_allow_javascript=True)


def draw() -> None:
    """Everything of the sidebar below the menu."""
    publish(lang="en" if st.session_state.get("language") == "en" else "")
    with st.sidebar:
        st.segmented_control(
            "语言 Language",
            list(_NAMES),
            format_func=_NAMES.__getitem__,
            key="language",
            default=None if "language" in st.session_state else "zh",
            required=True,
        )
        _hospital()
        _acting()


def _hospital() -> None:
    known = reads.hospitals()
    names = {row["id"]: pick(row["name_zh"], row["name_en"]) for row in known}
    demos = {row["id"] for row in known if row["demo"]}
    wanted = st.session_state.pop("hospital_wanted", None)
    if wanted in names:  # chosen by a page, which comes after the select box
        st.session_state["hospital_id"] = wanted
    if st.session_state.get("hospital_id") not in names:
        real = [row["id"] for row in known if not row["drill"]]
        st.session_state["hospital_id"] = max(real or names)
    if len(names) > 1:
        st.selectbox(
            t("sidebar.hospital"), list(names), key="hospital_id", format_func=names.__getitem__
        )
    else:
        st.session_state["hospital_id"] = next(iter(names))
        st.caption(t("sidebar.hospital"))
        st.text(names[hospital_id()])
    st.session_state["demo"] = hospital_id() in demos
    if any(row["drill"] for row in known if row["id"] == hospital_id()):
        st.badge(t("drill.badge"), icon=":material/school:", color="violet")
    if st.session_state["demo"]:
        st.badge(t("demo.badge"), icon=":material/science:", color="orange")
        if st.button(t("demo.leave"), icon=":material/domain_add:", key="leave_demo"):
            _leave_demo()


def _acting() -> None:
    names = reads.people(hospital_id())
    if st.session_state.get("acting") not in names:
        st.session_state["acting"] = names[0] if names else None
    st.selectbox(
        t("sidebar.acting"),
        names,
        key="acting",
        help=t("sidebar.acting.help"),
        placeholder=t("sidebar.acting.none"),
    )
    with st.popover(t("sidebar.staff.add"), icon=":material/person_add:"), st.form("staff"):
        name = st.text_input(t("sidebar.staff.name"), max_chars=40)
        title = st.text_input(t("sidebar.staff.title"), max_chars=40)
        if st.form_submit_button(t("sidebar.staff.save")):
            try:
                add_staff(store(), actor("sidebar"), hospital_id(), [(name, title)])
                st.rerun()
            except JingguanError as error:
                st.error(complaint(error))


def banners() -> None:
    """What everybody must know on every page."""
    for note in store().notes:
        st.warning(t(f"banner.{note}"), icon=":material/warning:")
    if free_space_is_low(store().url):
        st.warning(t("banner.W_DISK"), icon=":material/hard_drive:")


def _leave_demo() -> None:
    @st.dialog(t("demo.leave"))
    def ask() -> None:
        st.write(t("demo.leave.what"))
        name = st.text_input(t("demo.leave.name"), max_chars=60, key="own_name")
        if st.button(t("demo.leave.do"), type="primary", key="own_create"):
            with errors.caught():
                start_own(name)
                st.rerun()

    ask()


def start_own(name: str) -> None:
    """Set the demo's file aside (a server database: the demo hospital), start an empty one."""
    who = actor("sidebar")
    if not name.strip():
        create_hospital(store(), who, name)  # says why not
    if store().url.startswith("sqlite"):
        archive(store())
        reopen()
    else:
        archive_hospital(store(), who, hospital_id())
    created = start_hospital(store(), who, name, catalog())
    add_staff(store(), who, created, [(who.name, "")])
    for key in ("hospital_id", "acting", "scope_month", "scope_department"):
        st.session_state.pop(key, None)
