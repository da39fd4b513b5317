"""Official report tables of the profit page, and how everything on it is computed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st

from core.costing.official.book import NORM, contents
from core.costing.profit_rules import Kind, ProfitRules, Split
from core.formats import months_name, number
from core.words import has, pick, t
from pages.shared import official_reads
from pages.shared.files import file_button
from pages.shared.phrases import plain
from pages.shared.profit_reads import Span, rules
from pages.shared.scope import View


def official(shown: View, found: Span) -> None:
    """Which tables are made, what they lack, why others are not, and the file."""
    with st.spinner(t("profit.working", count=len(found.months))):
        made = official_reads.tables(shown)
    purpose = t(
        "official.purpose",
        count=number(len(made)),
        all=number(len(NORM)),
        period=months_name(found.months),
    )
    st.markdown(purpose)
    file_button(
        t("official.download"),
        partial(official_reads.file, shown),
        f"{t('official.file')} {months_name(found.months)}.xlsx",
        key="official_tables",
        icon=":material/table_view:",
        kind="primary",
    )
    heads = (t("official.column.table"), t("official.column.state"), t("official.column.why"))
    lines = pd.DataFrame(contents(made), columns=pd.Index(heads))
    shown_heads = [heads[1], heads[0], heads[2]]
    wide = dict(zip(shown_heads, (80, 330, 560), strict=True))
    widths = {head: st.column_config.Column(width=width) for head, width in wide.items()}
    height = 35 * len(lines) + 38
    st.dataframe(lines[shown_heads], hide_index=True, height=height, column_config=widths)
    for why in dict.fromkeys(lines[heads[2]]):
        if why:
            st.caption(f"· {why}")
    st.caption(t("official.note"))


def how() -> None:
    """Formulas, then the rules of the hospital with their sources."""
    st.markdown(t("profit.how.text"))
    given = rules()
    st.dataframe(_kinds(given), hide_index=True)
    agreed = given.agreed
    st.caption(
        plain(
            t(
                "profit.how.agreed",
                percent=number(agreed.ordering_pct),
                source=pick(agreed.source.zh, agreed.source.en),
                kind=t(f"catalog.target_kind.{agreed.source_kind}"),
            )
        )
    )
    st.dataframe(_splits(given), hide_index=True)


def _kinds(given: ProfitRules) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("profit.how.kind"): [
                t(f"official.kind.{one.kind}") if has(f"official.kind.{one.kind}") else one.kind
                for one in given.kinds
            ],
            t("profit.how.variable"): [f"{number(one.variable_pct)}%" for one in given.kinds],
            t("profit.how.controllable"): [
                t("profit.how.yes" if one.controllable else "profit.how.no")
                if one.variable_pct < 100
                else "—"
                for one in given.kinds
            ],
            **_sources(given.kinds),
        }
    )


def _splits(given: ProfitRules) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("profit.how.pool"): [t(f"profit.pool.{one.pool}") for one in given.splits],
            t("profit.how.driver"): [
                " → ".join(t(f"profit.driver.{driver}") for driver in one.drivers)
                for one in given.splits
            ],
            **_sources(given.splits),
        }
    )


def _sources(rules: Iterable[Kind | Split]) -> dict[str, list[str]]:
    told = tuple(rules)
    return {
        t("column.source"): [pick(one.source.zh, one.source.en) for one in told],
        t("profit.how.nature"): [t(f"catalog.target_kind.{one.source_kind}") for one in told],
    }
