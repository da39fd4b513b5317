"""Charts as pictures: a Vega-Lite specification drawn with the font that is shipped.

Without a font every Chinese text vanishes without a word, so the font is registered first.
Nothing is fetched: data stand in the specification, and no address is allowed.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.settings import ROOT

FONTS = ROOT / "data" / "fonts"
FAMILY = "Jingguan Sans"
_VEGA_LITE = "6.4"


@cache
def _drawing() -> Any:
    import vl_convert  # heavy, and only needed for a file

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def font_file() -> Path:
    """The font of every document."""
    return FONTS / "JingguanSans-Regular.otf"


@lru_cache(maxsize=64)
def png(spec: str, scale: float = 2.0) -> bytes:
    """The chart as PNG, `scale` times its size in pixels."""
    return _drawing().vegalite_to_png(_on_paper(spec), scale=scale, **_ways())


def svg(spec: str) -> str:
    """The chart as SVG; its text is text in the shipped font."""
    return _drawing().vegalite_to_svg(_on_paper(spec), **_ways())


def _ways() -> dict[str, Any]:
    return {"vl_version": _VEGA_LITE, "allowed_base_urls": []}


def _on_paper(spec: str) -> dict[str, Any]:
    """The specification in the shipped font, on white."""
    asked = json.loads(spec)
    config = asked.get("config", {}) | {"font": FAMILY, "background": "white"}
    return asked | {"config": config, "background": "white"}
