"""The proof of an allocation: what went in came out, item by item, after every level."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.costing.model import Method
from core.costing.network import Network, Whole
from core.costing.stages import Stage


@dataclass(frozen=True, eq=False)
class Certificate:
    """Hashes (SHA-256, hexadecimal) over arrays in the order of codes, and the proof."""

    inputs: str
    """Of departments, items and direct cost."""
    rules: str
    """Of method, categories, drivers and closing order."""
    result: str
    """Of the full cost and what stays 未分摊."""
    proof: pd.DataFrame
    """level, item, before_fen, after_fen: cost of the whole before and after each level."""

    @property
    def conserved(self) -> bool:
        """Whether every item is whole after every level."""
        return bool((self.proof["before_fen"] == self.proof["after_fen"]).all())


def certify(
    method: Method, network: Network, stages: Sequence[Stage], ends: tuple[Whole, Whole]
) -> Certificate:
    """The certificate of a run. ends: what is kept and what stays 未分摊, [n, k] each."""
    quantity = network.quantity.tocsr()
    quantity.sort_indices()
    closing = [network.codes[place] for stage in stages for place in stage.sources]
    return Certificate(
        inputs=_hash(network.codes, network.items, network.direct),
        rules=_hash(
            (method, *closing),
            network.rank,
            network.accumulated,
            network.held,
            quantity.indptr.astype(np.int64),
            quantity.indices.astype(np.int64),
            quantity.data,
        ),
        result=_hash(*ends),
        proof=_proof(network, stages, ends),
    )


def _hash(*parts: Sequence[str] | np.ndarray) -> str:
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            found.update(np.ascontiguousarray(part).tobytes())
        else:
            found.update("\n".join(part).encode())
        found.update(b"\0")
    return found.hexdigest()


def _proof(network: Network, stages: Sequence[Stage], ends: tuple[Whole, Whole]) -> pd.DataFrame:
    """After each level the whole is added up anew, from what every department then has."""
    whole = network.direct.sum(axis=0)
    balance, lines = network.direct.copy(), []
    for stage in stages:
        balance[stage.sources] = 0
        balance[stage.receivers] += stage.received.astype(np.int64)
        lines.append((stage.level, whole, balance.sum(axis=0)))
    lines.append((len(stages) + 1, whole, (ends[0] + ends[1]).sum(axis=0)))
    return pd.DataFrame(
        [
            (level, item, int(before[place]), int(after[place]))
            for level, before, after in lines
            for place, item in enumerate(network.items)
        ],
        columns=pd.Index(["level", "item", "before_fen", "after_fen"]),
    )
