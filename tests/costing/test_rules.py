"""The rules of the step-down as data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.costing.rules import load_rules, rules_from
from core.errors import DefinitionError

FILE = Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml"


def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def _faults(content: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        rules_from(content, "own.toml")
    return caught.value.faults


def test_the_default_rules_are_the_official_three_levels() -> None:
    rules = load_rules(FILE).rules
    assert [(rule.category, rule.level, rule.drivers[0]) for rule in rules] == [
        ("admin", 1, "headcount"),
        ("medical_aux", 2, "services"),
        ("medical_tech", 3, "orders"),
    ]
    assert rules[0].receivers == ("medical_aux", "medical_tech", "clinical")


def test_what_was_only_recalled_is_marked_as_to_be_checked() -> None:
    assert all("待核对" in rule.source for rule in load_rules(FILE).rules)


def test_a_department_of_its_own_driver_keeps_the_rest_of_the_rule() -> None:
    own = {"department": "0807", "drivers": ["services:TICKET"], "reason": "按工单"}
    rules = rules_from({**_content(), "override": [own]}, "own.toml")
    special, usual = rules.of("0807", "admin"), rules.of("0801", "admin")
    assert special is not None
    assert usual is not None
    assert special.drivers == ("services:TICKET",)
    assert special.model_copy(update={"drivers": usual.drivers}) == usual


def test_clinical_departments_give_nothing_away() -> None:
    assert load_rules(FILE).of("0101", "clinical") is None


def test_an_own_driver_needs_a_reason() -> None:
    own = {"department": "0807", "drivers": ["headcount"]}
    assert _faults({**_content(), "override": [own]}) == [
        "own.toml: override.0.reason: Field required"
    ]


def test_every_fault_of_a_key_is_reported() -> None:
    content = _content()
    content["rule"][0]["levle"] = 1
    content["rule"][1]["drivers"] = []
    content["rule"][2]["level"] = 4
    found = _faults(content)
    assert [fault.split(": ")[1] for fault in found] == [
        "rule.0.levle",
        "rule.1.drivers",
        "rule.2.level",
    ]


def test_every_fault_between_rules_is_reported() -> None:
    content = _content()
    content["rule"][0]["drivers"] = ["headcount", "headcount"]
    content["rule"][1]["level"] = 3
    content["at_cost"] = ["reagent"]
    content["rule"].append(dict(content["rule"][0]))
    assert _faults(content) == [
        "own.toml: admin has 2 rules; it needs one",
        "own.toml: two categories have the same level",
        "own.toml: admin: drivers: headcount more than once",
        "own.toml: medical_aux gives to medical_tech, which is not a later level",
        "own.toml: admin: drivers: headcount more than once",
        "own.toml: at_cost names reagent, which is not in patient_goods",
    ]


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("level = ", "utf-8")
    with pytest.raises(DefinitionError, match=r"broken\.toml"):
        load_rules(path)
