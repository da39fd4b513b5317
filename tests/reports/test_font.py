"""Whatever the app can say, the font of the documents can write."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from core.frames import Scope
from core.hospital.records import departments, hospitals
from core.reports.documents.pictures import FAMILY, FONTS, font_file
from core.store.opening import open_store
from core.words import LANGUAGES, texts
from tests.house.source import ROOT
from tests.stores import CATALOG, LAST_MONTH, url_of


def _table(font: bytes, tag: bytes) -> bytes:
    count = struct.unpack(">H", font[4:6])[0]
    for place in range(12, 12 + 16 * count, 16):
        name, _, start, length = struct.unpack(">4sIII", font[place : place + 16])
        if name == tag:
            return font[start : start + length]
    raise LookupError(tag)


@pytest.fixture(scope="module")
def letters() -> set[str]:
    """Every character with a glyph: the segments of the font's format 4 table."""
    cmap = _table(font_file().read_bytes(), b"cmap")
    starts = [
        struct.unpack(">I", cmap[place + 4 : place + 8])[0]
        for place in range(4, 4 + 8 * struct.unpack(">H", cmap[2:4])[0], 8)
    ]
    at = next(at for at in starts if struct.unpack(">H", cmap[at : at + 2])[0] == 4)
    whole = np.frombuffer(cmap[at : at + struct.unpack(">H", cmap[at + 2 : at + 4])[0]], ">u2")
    count = int(whole[3]) // 2
    last, first = whole[7 : 7 + count], whole[8 + count : 8 + 2 * count]
    shift, jump = whole[8 + 2 * count : 8 + 3 * count], whole[8 + 3 * count : 8 + 4 * count]
    found = set()
    for part in range(count):
        for code in range(int(first[part]), int(last[part]) + 1):
            glyph = code
            if jump[part]:
                place = 8 + 3 * count + part + int(jump[part]) // 2 + code - int(first[part])
                glyph = int(whole[place]) or -int(shift[part])
            if (glyph + int(shift[part])) % 65536:
                found.add(chr(code))
    return found


def _lacking(said: str, letters: set[str]) -> list[str]:
    return sorted({c for c in said if c.isprintable()} - letters - {"\u200b"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_the_words_has_a_glyph(language: str, letters: set[str]) -> None:
    without_pictograms = "".join(texts(language).values())
    assert _lacking(without_pictograms, letters) == []


def test_every_letter_of_the_definitions_has_a_glyph(letters: set[str]) -> None:
    files = [*(ROOT / "data").rglob("*.toml")]
    assert _lacking("".join(file.read_text(encoding="utf-8") for file in files), letters) == []


def test_every_name_of_the_demo_hospital_has_a_glyph(demo_file: Path, letters: set[str]) -> None:
    store = open_store(url_of(demo_file))
    hospital = int(hospitals(store)["id"].iloc[0])
    rows = departments(store, Scope(hospital, LAST_MONTH, LAST_MONTH))
    store.close()
    assert len(rows) == 60
    assert _lacking("".join((*rows["name_zh"], *rows["name_en"])), letters) == []


def test_letters_and_marks_of_reports_have_glyphs(letters: set[str]) -> None:
    assert _lacking("ⅠⅡⅢⅣⅫ①⑳●▲■○±−×÷≥≤‰→↓—·“”《》【】（），。", letters) == []
    rare = bytes(range(0xB0, 0xB1)) + b"\xa1"
    assert _lacking(rare.decode("gbk") + "囍喆堃犇畲祎", letters) == []


def test_the_font_is_free_and_renamed() -> None:
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    names = _table(font_file().read_bytes(), b"name")
    assert FAMILY.encode("utf-16-be") in names
    assert CATALOG.indicators  # the definitions above are the real ones
