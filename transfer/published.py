"""Published files: CSV and JSON that are written the same wherever the same is said, and their digests."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any


def digest(content: str) -> str:
    """SHA-256, in hexadecimal."""
    return sha256(content.encode()).hexdigest()


def json_text(value: Mapping[str, Any]) -> str:
    """A JSON file, its keys in order."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else str(value)


def csv_text(table: Sequence[Sequence[object]]) -> str:
    """A CSV file, as RFC 4180 has it."""
    file = io.StringIO()
    csv.writer(file).writerows(table)
    return file.getvalue()
