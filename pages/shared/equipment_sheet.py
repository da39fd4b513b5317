"""One machine: its benefit sheet with every formula, and its months."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.charts.equipment import machine_months
from core.charts.theme import palette
from core.formats import MISSING, money, month_date, month_name, number
from core.months import add_months
from core.words import language, t
from pages.shared import equipment_phrases as phrases
from pages.shared import equipment_reads, reads
from pages.shared.equipment_parts import registers
from pages.shared.equipment_reads import Asked, Machines
from pages.shared.kept import kept
from pages.shared.page import dark
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

Row = phrases.Row


def sheet(row: Row, found: Machines) -> pd.DataFrame:
    """设备效益分析表: item, value, how it is computed, with its figures."""
    lines = [*_use_lines(row), *_year_lines(row, found), *_return_lines(row, found)]
    return pd.DataFrame(
        [
            {
                t("equipment.column.item"): t(f"equipment.item.{item}"),
                t("equipment.column.value"): phrases.missing_or(row, field, text)
                if field
                else text,
                t("equipment.column.filled"): filled,
                t("equipment.column.formula"): t(f"equipment.formula.{item}"),
            }
            for item, field, text, filled in lines
        ]
    )


def _use_lines(row: Row) -> list[tuple[str, str, str, str]]:
    """(item, field that may be missing, value, figures) of what was used."""
    hours = f"{number(row['hours'], 1)} ÷ {number(row['hours_due'], 1)}"
    if row["hours_estimated"]:
        hours += t("equipment.estimated")
    days = f"{number(row['days_idle'])} ÷ ({number(row['days_due'])} − {number(row['days_down'])})"
    exams = number(row["examinations"])
    return [
        ("time_use", "time_use", phrases.percent(row["time_use"]), hours),
        (
            "capacity_use",
            "capacity_use",
            phrases.percent(row["capacity_use"]),
            f"{exams} ÷ {number(row['capacity'])}",
        ),
        ("idle_rate", "idle_rate", phrases.percent(row["idle_rate"]), days),
        (
            "positive_rate",
            "positive_rate",
            phrases.percent(row["positive_rate"]),
            f"{number(row['positives'])} ÷ {exams}",
        ),
    ]


def _year_lines(row: Row, found: Machines) -> list[tuple[str, str, str, str]]:
    """(item, field that may be missing, value, figures) of a year's money."""
    scaled = _scaled(row)
    counted = scaled
    if found.terms.not_extra is not None:
        share = found.shares.get(row["department"], math.nan)
        counted += t("equipment.less_share", share=phrases.percent(share * 100))
    kept = phrases.amount(row["year_maintenance"])
    if math.isnan(row["maintenance_per_year_fen"]):
        kept = f"{MISSING} {t('equipment.reason.no_maintenance')}"
    less = f"{phrases.amount(row['year_income'])} − {phrases.amount(row['year_consumables'])}"
    return [
        ("income", "year_income", phrases.amount(row["year_income"]), counted),
        ("consumables", "year_consumables", phrases.amount(row["year_consumables"]), scaled),
        ("contribution", "year_contribution", phrases.amount(row["year_contribution"]), less),
        ("depreciation", "", phrases.amount(row["year_depreciation"]), _depreciation(row)),
        ("maintenance", "", kept, ""),
        ("other", "", f"{MISSING} {t('equipment.reason.no_other')}", ""),
        ("surplus", "year_surplus", phrases.amount(row["year_surplus"]), _surplus(row)),
    ]


def _return_lines(row: Row, found: Machines) -> list[tuple[str, str, str, str]]:
    """(item, field that may be missing, value, figures) of what the year makes of the price."""
    price, cash, margin = row["price_fen"], row["year_cash"], row["year_margin"]
    fixed = phrases.amount(row["year_depreciation"] + row["year_maintenance"])
    exams = number(row["examinations"] * 12 / row["months"]) if row["months"] else MISSING
    life = phrases.years(row["life_years"])
    rate = phrases.percent(found.terms.rate * 100)
    actual = t("equipment.actual", exams=exams)
    per_exam = f"{phrases.amount(row['year_contribution'])} ÷ {exams}"
    even = f"{fixed} ÷ {phrases.yuan(margin)}; {actual}"
    back = f"{phrases.amount(price)} ÷ {phrases.amount(cash)}"
    years = row["year_payback_years"]
    unused = f"(1 − {phrases.percent(row['used'])}) × {phrases.amount(row['year_depreciation'])}"
    return [
        ("margin", "year_margin", phrases.yuan(margin), per_exam),
        ("break_even", "year_break_even", number(row["year_break_even"]), even),
        ("payback", "year_payback_years", phrases.years(years), back),
        ("npv", "year_npv", phrases.amount(row["year_npv"]), f"{rate}; {life}"),
        ("irr", "year_irr", phrases.percent(row["year_irr"] * 100), life),
        ("idle_cost", "idle_cost", phrases.amount(row["idle_cost"]), unused),
    ]


def _scaled(row: Row) -> str:
    key = "equipment.months" if row["months"] == 12 else "equipment.months.scaled"
    return t(key, months=row["months"])


def _surplus(row: Row) -> str:
    names = ("year_contribution", "year_depreciation", "year_maintenance")
    return " − ".join(phrases.amount(row[name]) for name in names)


def _depreciation(row: Row) -> str:
    """Price over life, and the last month of it."""
    last = add_months(int(row["in_service"]), round(row["life_years"] * 12) - 1)
    until = t("equipment.until", month=month_name(last))
    return f"{phrases.amount(row['price_fen'])} ÷ {phrases.years(row['life_years'])}; {until}"


def months_part(shown: View, row: Row, asked: Asked) -> None:
    """Use by month as a picture, all figures as a table."""
    rows = equipment_reads.history(shown, row["code"])
    known = rows["capacity_use"].fillna(rows["time_use"])
    if known.isna().all():
        st.write(t("equipment.months.none"))
        return
    last = rows[known.notna()].iloc[-1]
    sentence = t(
        "equipment.months.sentence",
        machine=row["code"],
        month=month_name(int(last["month"])),
        used=phrases.percent(known[known.notna()].iloc[-1]),
        mean=phrases.percent(row["used"]),
    )
    st.caption(plain(sentence))
    key = reads.facts_key(shown.scope)
    spec = _months_spec(key, shown, (row["code"], asked), language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=sentence)
    months = tuple(int(month) for month in rows["month"])
    st.caption(sourced("%", registers((months[0], months[-1]))))


@kept(128)
def _months_spec(
    key: reads.Key, shown: View, of: tuple[str, Asked], in_language: str, on_dark: bool
) -> dict:
    code, asked = of
    rows = equipment_reads.history(shown, code)
    used = rows["capacity_use"].fillna(rows["time_use"])
    points = pd.DataFrame(
        {
            "date": [month_date(int(month)) for month in rows["month"]],
            "month": [month_name(int(month)) for month in rows["month"]],
            "value": used,
            "text": [phrases.percent(value) for value in used],
            "examinations": [number(count) for count in rows["examinations"]],
        }
    )
    return plain_spec(machine_months(points, phrases.lines_of(asked.bands), palette(on_dark)))


def months_table(shown: View, code: str) -> pd.DataFrame:
    """A machine's months in words, newest first."""
    rows = equipment_reads.history(shown, code).iloc[::-1]
    worded = {t("chart.month"): [month_name(int(month)) for month in rows["month"]]}
    texts = {
        **dict.fromkeys(("examinations", "days_due", "days_down", "days_idle"), number),
        "hours": lambda hours: number(hours, 1),
        **dict.fromkeys(("capacity_use", "time_use", "positive_rate"), phrases.percent),
        **dict.fromkeys(("income", "consumables", "depreciation"), phrases.unit_text),
    }
    for field, text in texts.items():
        title = t(f"equipment.month.{field}", unit=t("equipment.unit"))
        worded[title] = [text(value) for value in rows[field]]
    return pd.DataFrame(worded)


def headline(row: Row, department: str) -> str:
    """What it is, how much it is used, what it brings, until when it is paid back."""
    back = "back" if not math.isnan(row["year_payback_years"]) else "unknown"
    return t(
        f"equipment.machine.{back}",
        machine=plain(phrases.name_of(row)),
        department=department,
        state=t("equipment.state." + row["state"]),
        used=phrases.percent(row["used"]),
        surplus=money(row["year_surplus"]),
        years=phrases.years(row["year_payback_years"]),
        life=phrases.years(row["life_years"]),
        why=phrases.reason_of(row, "year_payback_years"),
    )
