"""The app without a browser: one tab, and everything it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.words import set_language, t
from pages.shared import background

ROOT = Path(__file__).resolve().parents[2]
HOME, DEPARTMENT = "pages/home.py", "pages/department.py"
IMPORTS, CATALOGUE = "pages/data/imports.py", "pages/data/catalogue.py"
PAGES = (HOME, DEPARTMENT, IMPORTS, CATALOGUE)
QUALITY, QUICK = "pages/data/quality.py", "pages/data/quick.py"
HOSPITALS = "pages/data/hospitals.py"
EXPLORE, CONTROL, SIGNALS, REPORT, EQUIPMENT = (
    f"pages/analysis/{name}.py" for name in ("explore", "control", "signals", "report", "equipment")
)
ALLOCATION, SANDBOX = "pages/costing/allocation.py", "pages/costing/sandbox.py"
PROFIT = "pages/costing/profit.py"
BUDGET = "pages/costing/budget.py"
FORECAST = "pages/flow/forecast.py"
DISEASE, BREAKEVEN = "pages/costing/disease.py", "pages/costing/breakeven.py"
BEDS = "pages/flow/beds.py"
STAFFING, QUEUES = "pages/flow/staffing.py", "pages/flow/queues.py"
ACTIONS = "pages/control/actions.py"
INSPECTIONS, SCORECARD = "pages/control/inspections.py", "pages/control/scorecard.py"
GOALS, PROGRESS, REVIEWS, COMPARISON = (
    f"pages/planning/{name}.py" for name in ("goals", "progress", "reviews", "comparison")
)
MANAGED = (QUALITY, QUICK, HOSPITALS)
_WORDS = {
    *("body", "label", "help", "options", "placeholder", "delta", "alt", "text", "value"),
    *("title", "type", "description", "delta_description", "default", "content"),
}
_CHART_WORDS = ("title", "labelExpr", "alt")


background.patience = 600.0
"""A page without a browser is not drawn again: it waits for its work."""


COMPONENTS = BidiComponentManager()
"""We have none; AppTest would look for them in every package installed, in every tab."""


class Tab:
    """A tab of a browser: opened at a page, it has run the app once."""

    def __init__(self, page: str = HOME, **query: str) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in query.items():
            self.at.query_params[name] = value
        self.at._bidi_component_manager = COMPONENTS
        if page != HOME:
            place = page.removeprefix("pages/").removesuffix(".py")
            self.at._page_hash = calc_hash(place.replace("/", "_"))
        self.run()

    def run(self) -> Tab:
        """Run the app; a fault that nobody worded fails the test."""
        self.at.run()
        # AppTest words the options of a select box in its own thread.
        set_language(self.at.session_state.get("language") or "zh")
        assert [fault.value for fault in self.at.exception] == []
        numbered = t("fault.title", reference="")
        assert [e.value for e in self.at.error if e.value.startswith(numbered)] == []
        return self

    def go(self, page: str) -> Tab:
        self.at.switch_page(page)
        return self.run()

    def choose(self, key: str, value: object) -> Tab:
        """Choose a value (a code) in a select box or a segmented control."""
        for kind in ("selectbox", "button_group"):
            widgets: Any = self.at.get(kind)
            for widget in widgets:
                if widget.key == key:
                    widget.set_value(value)
                    return self.run()
        raise KeyError(key)

    def press(self, label: str) -> Tab:
        """Press the button of that label."""
        next(button for button in self.at.button if button.label == label).click()
        return self.run()

    def write(self, label: str, text: str) -> Tab:
        """Write into the text field of that label; no run yet."""
        next(field for field in self.at.text_input if field.label == label).set_value(text)
        return self

    def select(self, key: str, row: int) -> Tab:
        """Click a row of a table."""
        self.at.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
        return self.run()

    def metrics(self) -> dict[str, str]:
        """Label and value of every card."""
        return {metric.label: metric.value for metric in self.at.metric}

    def title(self) -> str:
        return self.at.title[0].value

    def headline(self) -> str:
        return self.at.subheader[0].value

    def errors(self) -> list[str]:
        """Errors as a person reads them: escaped marks are marks again."""
        return [re.sub(r"\\(.)", r"\1", error.value) for error in self.at.error]

    def links(self) -> list[str]:
        links: Any = self.at.get("page_link")
        return [link.label for link in links]

    def table(self, place: int = 0) -> Any:
        """A table as a frame."""
        return self.at.dataframe[place].value

    def query(self) -> dict[str, Any]:
        return dict(self.at.query_params)

    def texts(self) -> list[str]:
        """Everything a person can read here, or hear from a screen reader."""
        return [text for text in _texts(self.at._tree) if text.strip()]

    def said(self) -> str:
        return "\n".join(self.texts())


def _texts(block: Any) -> Iterator[str]:
    for node in block.children.values():
        if node.type == "html":
            continue
        if node.type == "dataframe":
            shown = json.loads(node.proto.columns or "{}")
            for column in map(str, node.value.columns):
                yield shown.get(column, {}).get("label") or column
            yield from (str(cell) for row in node.value.to_numpy() for cell in row)
        elif node.type == "vega_lite_chart":
            yield from _chart_texts(node.proto)
        elif node.proto is not None:
            yield from _fields(node.proto)
        if hasattr(node, "children"):
            yield from _texts(node)


def _fields(proto: Any) -> Iterator[str]:
    for field, value in proto.ListFields():
        many = value if field.is_repeated else [value]
        for one in many:
            if field.message_type is not None:
                yield from _fields(one) if not field.message_type.GetOptions().map_entry else ()
            elif isinstance(one, str) and field.name in _WORDS:
                yield one


def _chart_texts(proto: Any) -> Iterator[str]:
    yield from _fields(proto)
    yield from _spec_texts(json.loads(proto.spec))


def _spec_texts(spec: Any) -> Iterator[str]:
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name in _CHART_WORDS and isinstance(value, str):
                yield value
            elif name not in ("config", "data", "datasets"):
                yield from _spec_texts(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _spec_texts(value)
