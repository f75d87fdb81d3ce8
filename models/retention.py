"""Retention («durée de conservation»): how long personal data are kept; jobs obey it, docs/privacy.md shows it."""

from dataclasses import dataclass
from datetime import timedelta

from models.draft import KEPT_DAYS
from models.exchange import PLACE_AFTER
from models.proof import CERTIFIED_FOR
from models.survey_answer import KEPT_DAYS as SURVEY_KEPT_DAYS
from models.survey_answer import NAMED_DAYS
from models.zone_move import REVERTED_WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class Clock:
    """Of one kind of data: in which table, for how long after what, and what becomes of it then."""

    what: str
    table: str
    keep: timedelta
    after: str
    then: str

    @property
    def period(self) -> str:
        """The time in the largest unit that fits."""
        seconds = int(self.keep.total_seconds())
        for size, unit in ((365 * 86_400, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
            if seconds >= size and seconds % size == 0:
                count = seconds // size
                return f"{count} {unit}{'' if count == 1 else 's'}"
        return "no time"


ACCOUNT_UNUSED_YEARS = 3
ACCOUNT_WARNED_DAYS = 30

_YEAR = timedelta(days=365)

ACCOUNT = Clock(
    "accounts that nobody uses",
    "account",
    ACCOUNT_UNUSED_YEARS * _YEAR,
    f"the last sign-in, if its owner was warned {ACCOUNT_WARNED_DAYS} days before; not the last administrator's",
    "erased, with contributions and comments blanked",
)
DRAFT = Clock("drafts", "draft", timedelta(days=KEPT_DAYS), "the last change", "removed")
POSITION = Clock(
    "exact positions and addresses of what is published as a cell",
    "contribution",
    timedelta(days=30),
    "it was closed or expired",
    "emptied; the cell stays",
)
DESK_CONTACT = Clock(
    "how to reach whom a desk entered something for",
    "desk_entry",
    timedelta(days=30),
    "it was closed or expired; at once when it is taken over, or that person asks so",
    "emptied",
)
DESK_CONTACT_ENDLESS = Clock(
    "how to reach whom a desk entered something for, where that has no end, as while moderation withholds it",
    "desk_entry",
    timedelta(days=180),
    "that person agreed",
    "emptied",
)
DETAIL = Clock(
    "what acts changed, before and after", "event_detail", 3 * _YEAR, "the act", "emptied; the sealed digest stays"
)
DETECTION = Clock("what programs noticed in texts", "detection", _YEAR, "it was noticed", "removed")
EVIDENCE = Clock(
    "what was withheld because it breaks the law, as it was, with its author",
    "evidence",
    _YEAR,
    "the decision (decree 2021-1362)",
    "removed",
)
REPORT = Clock(
    "what reporters wrote, and who they were",
    "report",
    _YEAR,
    "the answer",
    "emptied; category, receipt and answer stay",
)
APPEAL = Clock(
    "why somebody contested, the reply, and who", "appeal", 3 * _YEAR, "the answer", "emptied; outcome and times stay"
)
DECISION = Clock(
    "texts that moderators saw, facts and explanations",
    "moderation_decision",
    3 * _YEAR,
    "the decision, unless its redaction still stands",
    "emptied; action, category, ground, rule and times stay",
)
INVITATION = Clock("invitations, open or not", "invitation", _YEAR, "it was written", "removed")
SESSION_IDLE = Clock("sessions that nobody uses", "session", timedelta(days=30), "the last renewal", "removed")
SESSION = Clock("sessions", "session", timedelta(days=90), "the sign-in", "removed")
CODE = Clock(
    "codes for signing in, and those sent to telephones",
    "sign_in_code",
    timedelta(hours=1),
    "the end of their ten minutes",
    "removed",
)
ATTEMPT = Clock("counts of attempts to sign in", "sign_in_attempt", timedelta(hours=2), "their hour began", "removed")
CERTIFIED = Clock(
    "keyed digests of a certified identity, for a vote", "identity", CERTIFIED_FOR, "the certification", "emptied"
)
HAND_OVER = Clock("codes that bring a sign-in to a widget", "hand_over", timedelta(0), "their minute", "removed")
IDEMPOTENCY = Clock("keys of repeated requests", "idempotency", timedelta(days=1), "the request", "removed")
EXCHANGE_PLACE = Clock(
    "places that one person showed to another", "exchange", PLACE_AFTER, "the end of their exchange", "emptied"
)
PROOF = Clock(
    "keyed digests of who voters are: of proofs, codes, lists, and of those who signed at a desk without an account",
    "proof",
    timedelta(days=60),
    "the close of the vote",
    "removed, with codes and lists (`admission`, `voter_roll`); in `signing` emptied",
)
PROOF_ENDLESS = Clock(
    "the same of a vote without an end",
    "proof",
    _YEAR,
    "it was given, made, sent or signed",
    "removed, with codes and lists (`admission`, `voter_roll`); in `signing` emptied",
)
ELECTOR_QUARTER = Clock(
    "keyed digests by which an elector signs one petition by the law a quarter",
    "petition_signature",
    timedelta(days=30),
    "the end of the quarter",
    "emptied",
)
ELECTOR = Clock(
    "keyed digests by which an elector signs a petition by the law once",
    "petition_signature",
    timedelta(days=60),
    "its close",
    "emptied",
)
SIGNATURE_APPEAL = Clock(
    "what signers say against it that a signature does not count, and the answers",
    "petition_signature",
    _YEAR,
    "the close of the petition",
    "emptied",
)
SHEET_PHOTO = Clock(
    "photos of sheets of signatures", "petition_sheet", _YEAR, "the close of the petition", "emptied; the digest stays"
)
TRIAL_ROLL = Clock(
    "lists of voters that were tried and not confirmed",
    "voter_roll",
    timedelta(days=7),
    "the file was sent",
    "removed, with their digests (`admission`)",
)
MESSAGE = Clock("messages between two people", "message", _YEAR, "the end of their exchange", "removed")

SIGN_UP = Clock(
    "who signed up for slots of missions, and whether they are minors",
    "sign_up",
    _YEAR,
    "the end of the slot",
    "emptied; whether somebody came stays",
)

SURVEY_DRAFT = Clock(
    "answers to surveys that were not sent",
    "survey_answer",
    timedelta(days=SURVEY_KEPT_DAYS),
    "the last change",
    "removed",
)
SURVEY_ANSWER = Clock(
    "whose the answers to a survey are, or of which browser",
    "survey_answer",
    timedelta(days=NAMED_DAYS),
    "the close of the survey",
    "emptied; the answers stay",
)
SURVEY_ANSWER_ENDLESS = Clock(
    "the same of a survey without an end", "survey_answer", _YEAR, "the answer was sent", "emptied; the answers stay"
)

ANSWER_FILE = Clock(
    "files that were sent with answers to a survey",
    "answer_file",
    _YEAR,
    "the close of the survey, or without one when it was sent",
    "removed; the answer stays",
)

NOTE = Clock("private notes of the city's team", "note", 3 * _YEAR, "it was written", "removed")
NUDGE = Clock("questions by mail, and their answers", "nudge", timedelta(days=90), "the question", "removed")

NOTICE = Clock("what people were told of events", "notice", timedelta(days=180), "it was told", "removed")

DIGEST = Clock("which notices were in one mail", "digest", timedelta(days=180), "the mail", "removed")

WEBHOOK_DELIVERY = Clock(
    "which events programs of the city were told of, by ids",
    "webhook_delivery",
    timedelta(days=30),
    "it was to be told",
    "removed",
)

MOVED_PERSON = Clock(
    "who was who on the two portals of a zone's move, and digests by which it is found again",
    "moved_person",
    timedelta(days=REVERTED_WITHIN_DAYS),
    "the move",
    "removed",
)

CLOCKS = (
    ACCOUNT,
    DRAFT,
    POSITION,
    DESK_CONTACT,
    DESK_CONTACT_ENDLESS,
    EXCHANGE_PLACE,
    PROOF,
    PROOF_ENDLESS,
    ELECTOR_QUARTER,
    ELECTOR,
    SHEET_PHOTO,
    SIGNATURE_APPEAL,
    TRIAL_ROLL,
    MESSAGE,
    SIGN_UP,
    SURVEY_DRAFT,
    SURVEY_ANSWER,
    SURVEY_ANSWER_ENDLESS,
    ANSWER_FILE,
    NOTE,
    NUDGE,
    NOTICE,
    DIGEST,
    DETAIL,
    DETECTION,
    EVIDENCE,
    REPORT,
    APPEAL,
    DECISION,
    INVITATION,
    SESSION_IDLE,
    SESSION,
    CODE,
    ATTEMPT,
    CERTIFIED,
    HAND_OVER,
    IDEMPOTENCY,
    WEBHOOK_DELIVERY,
    MOVED_PERSON,
)


def table() -> str:
    """The clocks as docs/privacy.md shows them; they are looked at once an hour at least."""
    rows = [f"| {c.what} | `{c.table}` | {c.period} after {c.after} | {c.then} |" for c in CLOCKS]
    return "\n".join(["| what | table | until | then |", "|---|---|---|---|", *rows])
