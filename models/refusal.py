"""Refusals: what a person asked for and may not have, with a code that programs read and a field that forms show."""

from datetime import datetime
from enum import Enum

from models.expected import Expected


class ErrorCode(Enum):
    """Why something was refused. Codes are only ever added."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_ID = "BAD_ID"
    BAD_CURSOR = "BAD_CURSOR"
    BAD_PAGE_SIZE = "BAD_PAGE_SIZE"
    BAD_INPUT = "BAD_INPUT"
    BAD_LOCATION = "BAD_LOCATION"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    REQUIRED = "REQUIRED"
    KIND_NOT_ACCEPTED = "KIND_NOT_ACCEPTED"
    CHOICE_NOT_ACCEPTED = "CHOICE_NOT_ACCEPTED"
    VOTING_NOT_OPEN = "VOTING_NOT_OPEN"
    ACTIVITY_NOT_OPEN = "ACTIVITY_NOT_OPEN"
    CONTRIBUTION_NOT_OPEN = "CONTRIBUTION_NOT_OPEN"
    EXACT_LOCATION_NOT_ALLOWED = "EXACT_LOCATION_NOT_ALLOWED"
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    IS_MACHINE = "IS_MACHINE"
    CONFLICT = "CONFLICT"
    LIMIT_REACHED = "LIMIT_REACHED"
    IN_USE = "IN_USE"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    IMPORT_STATE = "IMPORT_STATE"
    ALREADY_REPORTED = "ALREADY_REPORTED"
    TOO_MANY_REPORTS = "TOO_MANY_REPORTS"
    OWN_CONTENT = "OWN_CONTENT"
    ACTION_NOT_POSSIBLE = "ACTION_NOT_POSSIBLE"
    APPEAL_NOT_POSSIBLE = "APPEAL_NOT_POSSIBLE"
    OWN_DECISION = "OWN_DECISION"
    SUSPENDED = "SUSPENDED"
    CONTENT_REDACTED = "CONTENT_REDACTED"
    PETITION_FIXED = "PETITION_FIXED"
    PETITION_LEVEL_REACHED = "PETITION_LEVEL_REACHED"
    SURVEY_RULE = "SURVEY_RULE"
    SURVEY_ANSWERED = "SURVEY_ANSWERED"
    SURVEY_CHOICES = "SURVEY_CHOICES"
    SURVEY_EMPTY = "SURVEY_EMPTY"
    SURVEY_SENT = "SURVEY_SENT"
    SURVEY_OPEN = "SURVEY_OPEN"
    SURVEY_COUNTED = "SURVEY_COUNTED"
    SURVEY_BEGUN = "SURVEY_BEGUN"
    SURVEY_NETWORK = "SURVEY_NETWORK"
    FILE_NOT_ACCEPTED = "FILE_NOT_ACCEPTED"
    SURVEY_FILES = "SURVEY_FILES"
    AMENDMENTS_OVERLAP = "AMENDMENTS_OVERLAP"
    WORDING_UNCHANGED = "WORDING_UNCHANGED"
    TEXT_OUTDATED = "TEXT_OUTDATED"
    BAD_TEXT_SOURCE = "BAD_TEXT_SOURCE"
    SIGNED_THIS_QUARTER = "SIGNED_THIS_QUARTER"
    REDACTION_ADDS = "REDACTION_ADDS"
    BAD_COLOR = "BAD_COLOR"
    BAD_LINK = "BAD_LINK"
    BAD_EMAIL = "BAD_EMAIL"
    BAD_IMAGE = "BAD_IMAGE"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    CHARTER_NOT_ACCEPTED = "CHARTER_NOT_ACCEPTED"
    BALLOT_TOO_SMALL = "BALLOT_TOO_SMALL"
    BALLOT_TOO_LARGE = "BALLOT_TOO_LARGE"
    VOTE_BEGUN = "VOTE_BEGUN"
    ALREADY_VOTED = "ALREADY_VOTED"
    PROOF_NEEDED = "PROOF_NEEDED"
    BAD_CODE = "BAD_CODE"
    NOT_ON_LIST = "NOT_ON_LIST"
    TOO_MANY_TRIES = "TOO_MANY_TRIES"
    NOT_CERTIFIED = "NOT_CERTIFIED"
    PROOF_USED = "PROOF_USED"
    PROOFS_DO_NOT_MIX = "PROOFS_DO_NOT_MIX"
    BAD_PHONE = "BAD_PHONE"
    PHONE_NOT_SERVED = "PHONE_NOT_SERVED"
    PHONE_CODE_WRONG = "PHONE_CODE_WRONG"
    PHONE_CODE_OVER = "PHONE_CODE_OVER"
    SMS_NOT_OFFERED = "SMS_NOT_OFFERED"
    SMS_NOT_SENT = "SMS_NOT_SENT"
    SMS_LIMIT_REACHED = "SMS_LIMIT_REACHED"
    TOO_YOUNG = "TOO_YOUNG"
    OUTSIDE_ZONE = "OUTSIDE_ZONE"
    NO_ACCOUNT = "NO_ACCOUNT"
    WRONG_KEY = "WRONG_KEY"
    RECORD_DOES_NOT_ADD_UP = "RECORD_DOES_NOT_ADD_UP"
    BATCHES_DIFFER = "BATCHES_DIFFER"
    BAD_GEOJSON = "BAD_GEOJSON"
    NO_FEATURE = "NO_FEATURE"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    BAD_GEOMETRY = "BAD_GEOMETRY"
    TOO_MANY_VERTICES = "TOO_MANY_VERTICES"
    WRONG_CRS = "WRONG_CRS"
    OVER_MERIDIAN = "OVER_MERIDIAN"
    SELF_CROSSING = "SELF_CROSSING"
    ZONE_TOO_LARGE = "ZONE_TOO_LARGE"
    ZONE_TOO_SMALL = "ZONE_TOO_SMALL"
    NAME_TAKEN = "NAME_TAKEN"
    ALREADY_PROPOSED = "ALREADY_PROPOSED"
    TOO_MANY_PROPOSALS = "TOO_MANY_PROPOSALS"
    EXCHANGE_STATE = "EXCHANGE_STATE"
    CAPACITY_TAKEN = "CAPACITY_TAKEN"
    THREAD_NOT_OPEN = "THREAD_NOT_OPEN"
    LINK_USED = "LINK_USED"
    CODE_USED = "CODE_USED"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    ORGANISATIONS_ONLY = "ORGANISATIONS_ONLY"
    ADULTS_ONLY = "ADULTS_ONLY"
    CONSENT_NEEDED = "CONSENT_NEEDED"
    AGE_NEEDED = "AGE_NEEDED"
    SEALED_ONLY = "SEALED_ONLY"
    ALREADY_SIGNED_UP = "ALREADY_SIGNED_UP"
    SLOT_OVER = "SLOT_OVER"
    NOT_OF_TEAM = "NOT_OF_TEAM"
    BAD_HOST = "BAD_HOST"
    LAST_HOST = "LAST_HOST"
    BAD_ORIGIN = "BAD_ORIGIN"
    BAD_ISSUER = "BAD_ISSUER"
    OWN_CONTRIBUTION = "OWN_CONTRIBUTION"
    OWN_ANSWER = "OWN_ANSWER"
    NOT_AUTHOR = "NOT_AUTHOR"
    OTHER_PARTY = "OTHER_PARTY"
    SELLERS_ONLY = "SELLERS_ONLY"
    VOUCHERS_ONLY = "VOUCHERS_ONLY"
    SLOT_NEEDED = "SLOT_NEEDED"
    CONTRIBUTION_PAUSED = "CONTRIBUTION_PAUSED"
    TOO_MANY_PROPOSALS_TODAY = "TOO_MANY_PROPOSALS_TODAY"
    AGREEMENT_NEEDED = "AGREEMENT_NEEDED"
    BAD_WEBHOOK_URL = "BAD_WEBHOOK_URL"
    WEBHOOK_STOPPED = "WEBHOOK_STOPPED"
    ANALYSIS_TOO_SMALL = "ANALYSIS_TOO_SMALL"
    ANALYSIS_UNDER_WAY = "ANALYSIS_UNDER_WAY"
    ANALYSIS_NOT_DONE = "ANALYSIS_NOT_DONE"
    WORDING_NOT_OFFERED = "WORDING_NOT_OFFERED"
    WORDING_NOT_DONE = "WORDING_NOT_DONE"
    LINK_UNKNOWN = "LINK_UNKNOWN"
    KEPT_TOO_LONG = "KEPT_TOO_LONG"
    PLACE_NOT_SHOWN = "PLACE_NOT_SHOWN"
    NO_EXACT_POINT = "NO_EXACT_POINT"
    PROPOSED_LATELY = "PROPOSED_LATELY"
    SECOND_STEP_WRONG = "SECOND_STEP_WRONG"
    SECOND_STEP_TRIES = "SECOND_STEP_TRIES"
    SECOND_STEP_KEPT = "SECOND_STEP_KEPT"
    SECOND_STEP_NEEDED = "SECOND_STEP_NEEDED"


class Refusal(Exception):
    """A refusal that the asker can act on; `field` is the path of the argument it is about, in GraphQL's names."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        field: str | None = None,
        *,
        until: datetime | None = None,
        about: str | None = None,
        expected: Expected | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.until = until
        """Until when it holds, where it ends by itself."""
        self.about = about
        """What stands in the way, in a few words, where its sentence names it."""
        self.expected = expected
        """What would have been taken in the place of an input that is not possible."""
        self.origin: object = None
        """The part of the request that is refused, for whoever reports it."""

    def at(self, field: str) -> "Refusal":
        """The same of another field, where a part was refused that its asker knows by another name."""
        return Refusal(self.code, self.message, field, until=self.until, about=self.about, expected=self.expected)

    def place_at(self, origin: object) -> None:
        """Name the part of the request that is refused, unless something nearer was named."""
        self.origin = self.origin or origin


def bad_input(message: str, field: str | None, expected: Expected) -> Refusal:
    """An input that is out of range, or does not go with the others: what would have been taken is always said."""
    return Refusal(ErrorCode.BAD_INPUT, message, field, expected=expected)


def limit_reached(message: str, field: str | None, expected: Expected) -> Refusal:
    """There are as many as may be: how many that is, is always said."""
    return Refusal(ErrorCode.LIMIT_REACHED, message, field, expected=expected)


def conflict() -> Refusal:
    """Somebody else changed it since it was read: nobody's work is written over."""
    return Refusal(ErrorCode.CONFLICT, "It was changed since this version was read; read it again.", "version")


def not_found(field: str) -> Refusal:
    """It does not exist, or the asker may not see it: one answer for both."""
    return Refusal(ErrorCode.NOT_FOUND, "It does not exist, or you may not see it.", field)
