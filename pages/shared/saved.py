"""What-ifs of a page saved with a name: saved, opened by link, compared, removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.formats import moment_text, month_name
from core.hospital.scenarios.records import (
    LONGEST,
    LONGEST_NOTE,
    Kept,
    overwrite_scenario,
    remove_scenario,
    save_scenario,
    scenarios,
)
from core.words import t
from pages.shared.kept import kept
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish
from pages.shared.session import actor, store

COMPARED = 3
Content = Mapping[str, Any]
"""What a page needs to show a what-if again: codes and numbers, JSON."""


@dataclass(frozen=True)
class Book:
    """The what-ifs of a page."""

    page: str
    """Its address, which is the prefix of its widgets' keys too."""
    content: Callable[[], Content | None]
    """What is on screen now; None while nothing is tried."""
    show: Callable[[Content], None]
    """Put one on the screen: called before the widgets are drawn. DefinitionError, DataError
    for what this release cannot read."""

    @property
    def opened(self) -> str:
        """Key of the number of the one that is open."""
        return f"{self.page}_opened"


@kept(64)
def _rows(key: tuple[Any, ...], place: tuple[int, str]) -> tuple[dict[Any, Any], ...]:
    return tuple(scenarios(store(), place).to_dict("records"))


def rows(book: Book, shown: View) -> tuple[dict[Any, Any], ...]:
    """SCENARIOS of the page, by name."""
    return _rows(st.session_state["store_key"], (shown.hospital_id, book.page))


def content_in(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What a saved one holds."""
    return json.loads(row["content"])


def arrive(book: Book, shown: View) -> None:
    """Open the one that the address names, once."""
    by_id = {str(row["id"]): row for row in rows(book, shown)}
    before = st.session_state.get(book.opened)
    adopt("scenario", book.opened, lambda text: text if text in by_id else None)
    wanted = st.session_state.get(book.opened)
    if wanted != before and wanted in by_id:
        _open(book, by_id[wanted])
    publish(scenario=st.session_state.get(book.opened, ""))


def _open(book: Book, row: dict[Any, Any]) -> None:
    with problems():
        book.show(content_in(row))
        st.session_state[book.opened] = str(row["id"])


def panel(book: Book, shown: View, compare: Callable[[Mapping[str, Content]], None]) -> None:
    """Save what is on screen; open, compare, remove what was saved.

    compare: given the chosen ones by name, shows them side by side.
    """
    there, content = rows(book, shown), book.content()
    if content is None:
        st.caption(t("saved.nothing"))
    else:
        _save(book, shown, content)
    if not there:
        st.caption(t("saved.none"))
        return
    st.markdown(f"**{t('saved.title')}**")
    for row in there:
        _line(book, row)
    _compare(book, there, content, compare)


def _save(book: Book, shown: View, content: Content) -> None:
    wanted = st.session_state.get(book.opened)
    opened = next((row for row in rows(book, shown) if str(row["id"]) == wanted), None)
    with st.form(f"{book.page}_save"):
        name = st.text_input(t("saved.name"), max_chars=LONGEST, key=f"{book.page}_name")
        note = st.text_area(
            t("saved.note"), max_chars=LONGEST_NOTE, height=80, key=f"{book.page}_note"
        )
        done = st.form_submit_button(t("saved.save"), type="primary", icon=":material/save:")
    if done:
        with problems():
            told = Kept(name or "", content, shown.month, shown.span, note or "")
            made = save_scenario(store(), actor(book.page), (shown.hospital_id, book.page), told)
            st.session_state[book.opened] = str(made)
            st.rerun()
    if opened is not None and st.button(
        plain(t("saved.overwrite", name=opened["name"])), icon=":material/save_as:"
    ):
        with problems():
            told = Kept(opened["name"], content, shown.month, shown.span, opened["note"])
            seen = int(opened["version"])
            overwrite_scenario(store(), actor(book.page), int(opened["id"]), told, seen)
            st.rerun()


def _line(book: Book, row: dict[Any, Any]) -> None:
    """Its name opens it; who saved it when, on which base, and why."""
    number, seen = int(row["id"]), int(row["version"])
    opens, away = st.columns([6, 1], gap="small", vertical_alignment="center")
    opens.button(
        plain(row["name"]),
        key=f"{book.page}_open_{number}",
        icon=":material/folder_open:",
        on_click=_open,
        args=(book, row),
        width="stretch",
    )
    with away.popover("", icon=":material/delete:", help=t("saved.remove")):
        st.caption(t("saved.remove.why"))
        if st.button(t("saved.remove"), key=f"{book.page}_remove_{number}", type="primary"):
            with problems():
                remove_scenario(store(), actor(book.page), number, seen)
                if st.session_state.get(book.opened) == str(number):
                    st.session_state[book.opened] = ""
                st.rerun()
    who = t(
        "saved.by",
        who=row["who"],
        at=moment_text(row["at"]),
        base=month_name(int(row["month"])),
        span=t(f"scope.span.{row['span']}"),
    )
    st.caption(plain(f"{who} {row['note']}".strip()))


def _compare(
    book: Book,
    there: tuple[dict[Any, Any], ...],
    content: Content | None,
    compare: Callable[[Mapping[str, Content]], None],
) -> None:
    by_id = {str(row["id"]): row for row in there}
    names = {code: str(row["name"]) for code, row in by_id.items()}
    options = [*names, *(["now"] if content is not None else [])]
    chosen: list[str] = st.multiselect(
        t("saved.compare.choose", most=COMPARED),
        options,
        max_selections=COMPARED,
        format_func=lambda code: names.get(code, t("saved.unnamed")),
        key=f"{book.page}_compared",
        placeholder=t("saved.compare.placeholder"),
    )
    contents = {code: content_in(by_id[code]) if code in by_id else content for code in chosen}
    if chosen:
        compare(
            {
                names.get(code, t("saved.unnamed")): told
                for code, told in contents.items()
                if told is not None
            }
        )
