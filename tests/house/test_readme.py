"""The README's commands are the ones that CI runs, in both languages."""

from __future__ import annotations

import re

import pytest
from typer.main import get_group

from core.__main__ import app
from core.settings import Settings
from tests.house.source import READMES, ROOT, fenced

COMMANDS = get_group(app).commands
TEST_COMMAND = re.compile(r"^.*-m tests$", re.MULTILINE)


def _commands(readme: str, language: str) -> list[str]:
    return [text.strip() for name, text in fenced(readme) if name == language]


@pytest.mark.parametrize("language", ["bash", "powershell"])
def test_two_commands_do_everything(language: str) -> None:
    start, test, *_ = _commands("README.md", language)
    assert "requirements.txt" in start
    assert start.rstrip(" }").endswith("streamlit run app.py")
    assert "requirements-dev.txt" in test
    assert test.rstrip(" }").endswith("-m tests")
    assert "\n" not in start + test


def test_both_readmes_list_the_same_commands() -> None:
    assert fenced("README.zh-CN.md") == fenced("README.md")


@pytest.mark.parametrize("readme", READMES)
def test_ci_finds_the_one_test_command(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert TEST_COMMAND.findall(text) == [_commands(readme, "bash")[1]]


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "grep -m 1 -- '-m tests$' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("setting", [f"JINGGUAN_{n}".upper() for n in Settings.model_fields])
def test_every_setting_is_explained(readme: str, setting: str) -> None:
    assert f"`{setting}`" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_pictures_and_files_that_are_named_exist(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_explained(readme: str, name: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `{name} .*$", text, re.MULTILINE)
    assert len(rows) == 1
    options = {option for param in COMMANDS[name].params for option in param.opts}
    explained = {o for o in options if o in rows[0] or o in ("--db", "--as")}
    assert sorted({o for o in options if o.startswith("--")} - explained) == []
