"""Where goals stand in a drawing: rows of a tree with its lines, boxes of a strategy map."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from core.frames import Frame
from core.planning.goals.model import SIDES, Tree

ROWS = Frame(
    "rows of a tree",
    {"number": "of the goal", "row": "0 at the top", "depth": "0 at the left"},
    key=("number",),
)
ELBOWS = Frame(
    "lines of a tree",
    {"depth": "of the line", "top": "row it begins", "bottom": "row it ends", "child": "depth"},
)
BOXES = Frame(
    "boxes of a strategy map",
    {
        "number": "of the goal",
        "side": "scale | focus | technology | management",
        "line": "0 at the top, over all sides",
        "left": "of the box, 0-1",
        "right": "of the box, 0-1",
    },
    key=("number",),
)


MOST_A_LINE = 4
"""Boxes side by side: more could not be read on a telephone."""
GAP = 0.012


def rows_of(tree: Tree, closed: Collection[int] = ()) -> pd.DataFrame:
    """ROWS of the goals that show; what lies under a closed one does not."""
    hidden: set[int] = set()
    found = []
    for number, depth in tree.ordered():
        if set(tree.above(number)) & set(closed):
            hidden.add(number)
            continue
        found.append((number, len(found), depth))
    return pd.DataFrame(found, columns=pd.Index(list(ROWS.columns)))


def elbows_of(tree: Tree, rows: pd.DataFrame) -> pd.DataFrame:
    """ELBOWS: of each goal with sub-goals one line down, with a branch to each (top = bottom)."""
    at = {row["number"]: (row["row"], row["depth"]) for row in rows.to_dict("records")}
    found = []
    for number, (row, depth) in at.items():
        kids = [at[child][0] for child in tree.children.get(number, ()) if child in at]
        if kids:
            found.append((depth, row, max(kids), depth))
            found += [(depth, kid, kid, depth + 1) for kid in kids]
    return pd.DataFrame(found, columns=pd.Index(list(ELBOWS.columns)))


def boxes_of(tree: Tree) -> pd.DataFrame:
    """BOXES: goals right under the themes, by side, at most four in a line."""
    shown = [number for number, depth in tree.ordered() if depth == 1]
    if not shown:
        shown = [number for number, depth in tree.ordered() if depth == 0]
    found: list[tuple[int, str, int, float, float]] = []
    line = 0
    for side in SIDES:
        own = [number for number in shown if tree.goals[number].goal.side == side]
        for start in range(0, len(own), MOST_A_LINE):
            part = own[start : start + MOST_A_LINE]
            for place, number in enumerate(part):
                ends = (place / MOST_A_LINE + GAP, (place + 1) / MOST_A_LINE - GAP)
                found.append((number, side, line, *ends))
            line += 1
    return pd.DataFrame(found, columns=pd.Index(list(BOXES.columns)))


def joined_boxes(tree: Tree, boxes: pd.DataFrame) -> list[tuple[int, int, str]]:
    """(from, to, strength) of links between boxes; a link of a goal below one is its box's."""
    shown = set(boxes["number"])

    def box(number: int) -> int:
        return next((one for one in (number, *tree.above(number)) if one in shown), 0)

    found: dict[tuple[int, int], str] = {}
    for link in tree.links:
        ends = (box(link.goal), box(link.supports))
        if all(ends) and ends[0] != ends[1]:
            found.setdefault(ends, link.strength)
    return [(*ends, strength) for ends, strength in found.items()]


TITLE, FRAME = 0.27, 0.95
"""Of a line of boxes: where the box begins below the side's name, and where it ends."""


def framed_boxes(boxes: pd.DataFrame) -> pd.DataFrame:
    """BOXES with top, bottom, centre (in lines from the top) and middle (0-1)."""
    top, bottom = boxes["line"] + TITLE, boxes["line"] + FRAME
    middle = (boxes["left"] + boxes["right"]) / 2
    return boxes.assign(top=top, bottom=bottom, centre=(top + bottom) / 2, middle=middle)


def text_at(boxes: pd.DataFrame, texts: list[str], line: float) -> list[float]:
    """Where the first line of each text stands, so that all its lines are centred in the box.

    line: height of a line of text, in lines of boxes.
    """
    return [
        float(centre) - text.count("\n") * line / 2
        for centre, text in zip(boxes["centre"], texts, strict=True)
    ]


def bands_of(boxes: pd.DataFrame) -> list[tuple[str, float, float]]:
    """(side, top, bottom) of each side that has boxes, in lines."""
    found = []
    for side in SIDES:
        own = boxes.loc[boxes["side"] == side, "line"]
        if len(own):
            found.append((side, float(own.min()) + 0.02, float(own.max()) + 1.0))
    return found
