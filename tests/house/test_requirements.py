"""What is installed: named, pinned, locked, and free to be given away."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT, ours, place, tree

# Copyleft that reaches the app that uses it; LGPL and compilers' runtime exceptions do not.
COPYLEFT = re.compile(r"(?<!L)GPL(?!.*exception)|GNU (Affero )?General Public", re.IGNORECASE)
OWN = {"core", "pages", "app"}


def _requirements(file: str) -> list[Requirement]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def _installed(requirements: Iterable[Requirement]) -> set[str]:
    """Distributions that these requirements bring along on this machine."""
    found: set[str] = set()
    waiting = [(each, "") for each in requirements]
    while waiting:
        each, extra = waiting.pop()
        if each.marker and not each.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(each.name)
        for wanted in ("", *each.extras):
            if f"{name}[{wanted}]" not in found:
                found.add(f"{name}[{wanted}]")
                needs = distribution(name).requires or []
                waiting += [(Requirement(need), wanted) for need in needs]
    return {name.partition("[")[0] for name in found}


def _licence(name: str) -> str:
    """What the package says of itself: an expression, else classifiers, else its own words."""
    about = distribution(name).metadata.json
    classifiers = [c for c in about.get("classifier", []) if c.startswith("License ::")]
    free = str(about.get("license", "")).strip().partition("\n")[0]
    return str(about.get("license_expression", "")) or "; ".join(classifiers) or free


def _reaches(licence: str) -> bool:
    """Whether the licence binds whoever uses the package; one free choice of an OR is enough."""
    return all(
        any(COPYLEFT.search(part) for part in re.split(r"\bAND\b|;", choice))
        for choice in re.split(r"\bOR\b", licence)
    )


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_requirements_are_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert [
            str(r) for r in _requirements(file) if not re.fullmatch("==[^*]+", str(r.specifier))
        ] == []


def test_development_starts_from_what_runs() -> None:
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert text.startswith("-r requirements.txt\n")


def test_the_lock_agrees_and_names_no_machine() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = {f"{canonicalize_name(r.name)}{r.specifier}" for r in _requirements("requirements.txt")}
    assert sorted(pins - set(re.findall(r"^\S+==\S+", lock, re.MULTILINE))) == []
    assert "://" not in lock
    assert "--find-links" not in lock


def test_everything_imported_is_required() -> None:
    required = {canonicalize_name(r.name) for r in _requirements("requirements.txt")}
    known = packages_distributions()
    unnamed = {
        f"{place(path)} imports {name}"
        for path in ours()
        for name in _imports(path)
        if name not in sys.stdlib_module_names and name not in OWN
        if not required & {canonicalize_name(found) for found in known.get(name, [])}
    }
    assert sorted(unnamed) == []


def test_no_licence_binds_who_uses_the_app() -> None:
    bound = {}
    for name in sorted(_installed(_requirements("requirements.txt"))):
        try:
            licence = _licence(name)
        except PackageNotFoundError:
            continue  # not needed on this machine
        if _reaches(licence):
            bound[name] = licence
    assert bound == {}


def test_copyleft_is_told_from_its_free_neighbours() -> None:
    assert _reaches("AGPL-3.0-only")
    assert _reaches("MIT AND GPL-2.0-or-later")
    assert _reaches("License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    assert not _reaches("LGPL-3.0-only")
    assert not _reaches("BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1")
    assert not _reaches("MIT OR GPL-2.0-only")
