"""Host request («nom de domaine demandé»): a name under which a portal wants to be reached, until its DNS is checked.

Requests are a list of objects in `platform.tenant.host_requests`: `host`, `token`, `state`, `problem`, `asked_at`,
`checked_at`.
"""

from enum import Enum

MAX_HOSTS = 10
"""Of one portal, with those that are asked for."""

MAX_ORIGINS = 20
"""Of other sites that one portal names."""

RECORD_PREFIX, TEXT_PREFIX = "_parvis.", "parvis="
"""Below which name of a host the record is, and with what its text begins."""


class HostRequestState(Enum):
    """Whether a request waits for its check, or was checked and is not as it should be."""

    WAITING = "WAITING"
    FAILED = "FAILED"


class HostProblem(Enum):
    """Why a name is not served yet."""

    NO_RECORD = "NO_RECORD"
    WRONG_RECORD = "WRONG_RECORD"
    NO_ADDRESS = "NO_ADDRESS"
    OTHER_ADDRESS = "OTHER_ADDRESS"
    NO_ANSWER = "NO_ANSWER"
    TAKEN = "TAKEN"
