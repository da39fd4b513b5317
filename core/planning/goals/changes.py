"""What differs between two wordings of a goal, field by field."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from core.planning.goals.model import Goal, Placed, Tree

FIELDS = tuple(one.name for one in fields(Goal))


def differing(one: Goal, other: Goal) -> tuple[str, ...]:
    """Names of the fields that differ, in the order of the goal."""
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


def with_goal(tree: Tree, placed: Placed) -> Tree:
    """The same tree with this goal in the place of its number."""
    return Tree({**tree.goals, placed.number: placed}, tree.links)


def merged(base: Goal, mine: Goal, theirs: Goal) -> Goal:
    """Theirs, with every field that I changed since `base`."""
    own: dict[str, Any] = {name: getattr(mine, name) for name in differing(base, mine)}
    return replace(theirs, **own)
