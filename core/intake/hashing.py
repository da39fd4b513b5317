"""A patient's number as a keyed hash: the same number gives the same key, and no way leads back."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from core.intake.spelling import ZERO_WIDTH

SHORTEST_SECRET = 16
MASK = "••••"
"""What stands wherever the number itself would be shown."""


def keyed(text: str, secret: bytes) -> int:
    """HMAC-SHA256 of the number (NFKC, trimmed, capitals), its first 63 bits; never 0."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError("a hashed column needs a secret: hand it in")
    spelled = text
    if not text.isascii():
        spelled = unicodedata.normalize("NFKC", text.translate(ZERO_WIDTH))
    digest = hmac.digest(secret, spelled.strip().upper().encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> 1 or 1
