"""The repository's own files, as the house tests read them."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
READMES = ("README.md", "README.zh-CN.md")


def modules(*places: str) -> list[Path]:
    """Python files of these files and folders; migrations are history and left out."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path for path in found if "versions" not in path.parts]


def ours() -> list[Path]:
    """app.py, the pages and core."""
    return modules("app.py", "pages", "core")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module, inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Calls of functions and methods with one of these names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def called(node: ast.Call) -> str:
    """The last part of what is called: read of store.read()."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def place(path: Path, node: ast.expr | Function | None = None) -> str:
    """core/words.py:43, for a person to click on."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{node.lineno}" if node else name


def fenced(readme: str) -> list[tuple[str, str]]:
    """(language, text) of every fenced block of a README."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def repository_files() -> list[Path]:
    """Files that are or would be committed; none where this is not a git checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    paths = [ROOT / name for name in listed.decode("utf-8").split("\0") if name]
    return [path for path in paths if path.is_file()]
