"""How a kind of cost follows volume is said in four files, each for its page: they agree."""

from __future__ import annotations

import tomllib
from pathlib import Path

from core.costing.rules import load_rules

FOLDER = Path(__file__).resolve().parents[2] / "data" / "costing"


def read(name: str) -> dict[str, list[dict[str, float | str]]]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def test_every_page_takes_the_same_part_of_a_cost_for_variable() -> None:
    said = load_rules(FOLDER / "rules.toml").variable
    profit = {one["kind"]: float(one["variable_pct"]) / 100 for one in read("profit.toml")["kind"]}
    parts = {one["code"]: one["variable"] for one in read("behaviour.toml")["part"]}
    budget = {one["code"]: one.get("variable_share") for one in read("budget.toml")["line"]}
    assert len(said) == 7
    assert profit == said
    assert {kind: parts[kind] for kind in said} == said
    assert {kind: budget[kind] for kind in said} == said
