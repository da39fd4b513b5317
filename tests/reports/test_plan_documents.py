"""A plan and a result as docx, pdf and xlsx: the words arrive, in every file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdf
import pytest

from core.planning.goals.checks import check_plan
from core.planning.goals.progress import standings
from core.planning.reviews.model import Member, Round, Sheet, asked
from core.planning.reviews.results import Ground, result
from core.planning.rubric import load_rubric
from core.reports.documents.blocks import Document, texts_of
from core.reports.documents.paper import pdf
from core.reports.documents.word import docx
from core.reports.documents.workbook import xlsx
from core.reports.plans import plan as plans
from core.reports.plans import review
from tests.planning.goals import AROUND, PLAN, placed, trees
from tests.stores import CATALOG

RUBRIC = load_rubric(Path("data/planning"))


def _plan() -> Document:
    tree = trees(placed(1), placed(2, parent=1, owner="", title="<b>科室</b>目标"))
    found = check_plan(PLAN, tree, AROUND)
    told = standings(tree, {}, 202610)
    return plans.document(plans.Written(PLAN, tree, found, told, 95.8, 202610, CATALOG, {}))


def _review() -> Document:
    one = Round(1, "首轮评审", "full", (Member("甲"), Member("乙"), Member("丙", "编制科室")))
    codes = asked(RUBRIC, "full")
    first = dict.fromkeys(codes, 4.0)
    given = [Sheet("甲", 1, first), Sheet("乙", 1, first | {codes[0]: 2.0, codes[1]: 5.0})]
    found = result(Ground(RUBRIC, "full", RUBRIC.weights, {"A4": (2,)}), given)
    return review.document(("五年规划", one), (found, None), RUBRIC, [])


def test_a_plan_says_how_it_is_measured_and_its_steps() -> None:
    said = "\n".join(texts_of(_plan()))
    for word in ("OP003 平均住院日", "病案统计室", "每月", "2027年12月", "中期评估"):
        assert word in said, word
    with zipfile.ZipFile(io.BytesIO(xlsx(_plan()))) as book:
        sheets = "".join(
            book.read(name).decode() for name in book.namelist() if "sheets/sheet" in name
        )
    assert "<v>100</v>" in sheets  # the weight is a number


def test_a_round_says_its_score_before_caps_and_after() -> None:
    said = "\n".join(texts_of(_review()))
    assert "封顶前" in said
    assert "封顶后" in said


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_plan(), ("五年规划", "没有第一责任人", "95.8", "<b>科室</b>目标", "王一")),
        (_review(), ("首轮评审", "责任与权限", "≤ 2（A4）", "丙（编制科室）", "ICC")),
    ],
    ids=["plan", "review"],
)
def test_every_file_says_it(document: Document, words: tuple[str, ...]) -> None:
    said = "\n".join(texts_of(document))
    assert all(word in said for word in words)
    with zipfile.ZipFile(io.BytesIO(docx(document))) as file:
        body = file.read("word/document.xml").decode("utf-8")
    assert words[0] in body + document.title
    assert words[1] in body
    with zipfile.ZipFile(io.BytesIO(xlsx(document))) as book:
        shared = book.read("xl/sharedStrings.xml").decode("utf-8")
    assert words[1] in shared
    pages = pypdf.PdfReader(io.BytesIO(pdf(document, "zh"))).pages
    drawn = "".join(page.extract_text() for page in pages).replace("\n", "")
    assert all(word in drawn for word in words[:2])
