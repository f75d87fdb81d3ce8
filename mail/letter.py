"""Letters: what mails say, written from templates when they are sent, in the language that their reader chose or in the
portal's."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mail import look
from mail.look import Look
from mail.queue import ClaimedMail, MailOutcome
from mail.transport import Mailer, MailError, MailHead
from models import ident, retention, sentence
from models.mail import MailKind
from models.notice import OF_ORGANISER
from tenants.registry import TenantRecord, TenantRegistry

LOCAL_PORT = 8000
"""Where the demonstration is served unless somebody chooses otherwise."""

LOCALES = ("fr", "en")
"""Each has a folder in `template/` with a text for every kind of mail; the first is written where no other fits."""

SAMPLE: Mapping[str, object] = {
    "url": "https://portail.example/auth/exemple",
    "code": "12345678",
    "minutes": 10,
    "days": 7,
    "receipt": "2345-6789",
    "action": "HIDE",
    "ground": "TERMS",
    "rule": "Article 4",
    "facts": "…",
    "explanation": "…",
    "cause": "REVIEW",
    "until": "31 décembre",
    "begins": "31 décembre, 09:00",
    "outcome": "UPHELD",
    "reply": "…",
    "status": "ACCEPTED",
    "state": "PAUSED",
    "reason": None,
    "done_said_by": None,
    "is_urgent": False,
    "is_closed": False,
    "is_author": False,
    "is_counted": False,
    "is_checked": False,
    "kind": "REQUEST",
    "about": "…",
    "cadence": "DAILY",
    "count": 2,
    "lines": [
        {"kind": kind, "title": "…", "url": "https://portail.example/contribution/exemple"}
        for kind in ("COMMENTED", "PUBLISHED")
    ],
    "preferences": "https://portail.example/courriels/exemple",
    "check_url": "https://portail.example/recepisse/exemple",
}
"""What templates show beside the portal's title, for whoever wants to see how a mail looks: secrets of nobody."""

UNUSED: Mapping[str, object] = {"years": retention.ACCOUNT_UNUSED_YEARS, "days": retention.ACCOUNT_WARNED_DAYS}
"""What the warning of an account's end tells, to its owner and in the sample alike."""

OF_EXCHANGES = frozenset(
    {
        MailKind.EXCHANGE_PROPOSED,
        MailKind.EXCHANGE_CHANGED,
        MailKind.EXCHANGE_NUDGED,
        MailKind.MESSAGE_RECEIVED,
        MailKind.HELP_ASKED,
        MailKind.SIGN_UP_CHANGED,
        MailKind.SIGN_UP_REMINDED,
    }
)
"""Mails that belong together in a mailbox: those of one exchange, of one question, of one mission."""

Letter = tuple[str, str]
"""Subject and text."""

Secret = Callable[[int, UUID], str]
"""What a letter tells its reader alone, made from the tenant's number and the row that the mail speaks of."""

_TEMPLATES = Environment(  # noqa: S701  # Plain text: escaped, a title would be misspelt.
    loader=FileSystemLoader(Path(__file__).parent / "template"), undefined=StrictUndefined, keep_trailing_newline=True
)

_BLANKS = re.compile(r"\n{3,}")
"""What conditions of a template leave."""

logger = logging.getLogger("parvis.mail")


class Letters:
    """Writes mails and hands them over."""

    def __init__(
        self,
        registry: TenantRegistry,
        mailer: Mailer,
        base: Callable[[TenantRecord], str],
        *,
        code: Secret,
        invitation_token: Secret,
        nudge_token: Secret,
        reader_token: Secret,
    ) -> None:
        """`base` gives a portal's own address."""
        self._registry = registry
        self._mailer = mailer
        self._base = base
        self._code = code
        self._invitation_token = invitation_token
        self._nudge_token = nudge_token
        self._reader_token = reader_token

    async def send(self, tenant: int, mail: ClaimedMail) -> MailOutcome:
        """Write a mail and hand it over."""
        portal = next((record for record in self._registry.tenants if record.number == tenant), None)
        if portal is None:
            return MailOutcome.LATER  # New: the registry follows.
        locale = spoken([mail.locale, *portal.locales] if mail.locale else portal.locales)
        subject, text = self._letter(portal, mail, locale)
        html = look.html(Look(portal.title, portal.primary_color), locale, subject, text)
        try:
            await self._mailer.send(mail.email, subject, text, html, self._head(portal, mail))
        except MailError as error:
            what = "will never be taken" if error.is_final else "could not be sent"
            logger.warning("a mail (%s), attempt %d, %s: %s", mail.kind.value, mail.attempt, what, error)
            if error.is_no_mailbox:
                return MailOutcome.NO_MAILBOX
            return MailOutcome.REFUSED if error.is_final else MailOutcome.LATER
        return MailOutcome.SENT

    def _letter(self, portal: TenantRecord, mail: ClaimedMail, locale: str) -> Letter:
        minutes = int(mail.good_for.total_seconds() // 60)
        values = {"title": portal.title, "minutes": minutes, "days": minutes // (24 * 60)}
        return written(mail.kind, locale, values | self._values(portal, mail, locale))

    def _home(self, portal: TenantRecord, locale: str) -> str:
        """What addresses of a portal's pages begin with in a language, or in its main one where it lacks it."""
        return f"{self._base(portal)}/{locale}" if locale in portal.locales[1:] else self._base(portal)

    def _head(self, portal: TenantRecord, mail: ClaimedMail) -> MailHead:
        """What heads a mail: the same each time it is sent, so that programs know it again."""
        name = f"{portal.number}.{mail.id}"
        if mail.kind in OF_EXCHANGES:
            thread = f"{portal.number}.{mail.told.get('contribution_id', mail.about)}"
            return MailHead(name, portal.title, thread, f"entraide.{portal.slug}")
        if mail.kind is not MailKind.DIGEST:
            return MailHead(name, portal.title)
        leave = self._own(portal, mail, f"{self._base(portal)}/desabonnement")
        subjects = {line["contribution"] or line["activity"] for line in mail.told["lines"]}
        thread = f"{portal.number}.{subjects.pop() if len(subjects) == 1 else mail.told['actor']}"
        return MailHead(name, portal.title, thread, f"suivi.{portal.slug}", leave)

    def _own(self, portal: TenantRecord, mail: ClaimedMail, page: str) -> str:
        """The address of a page for its reader, without signing in; empty where the mail's address is nobody's any
        more."""
        reader = mail.told.get("actor")
        token = self._reader_token(portal.number, UUID(str(reader))) if reader else ""
        return f"{page}/{token}" if token else ""

    def _with_preferences(self, portal: TenantRecord, mail: ClaimedMail, home: str, path: str) -> dict[str, object]:
        return {**mail.told, "url": f"{home}/{path}", "preferences": self._own(portal, mail, f"{home}/courriels")}

    def _values(self, portal: TenantRecord, mail: ClaimedMail, locale: str) -> dict[str, object]:
        """What the template of a mail's kind shows beside the portal's title and how long the mail is good."""
        home = self._home(portal, locale)
        match mail.kind:
            case MailKind.INVITATION:
                return {"url": self._invited(portal, mail)}
            case MailKind.SIGN_IN_CODE:
                return {"code": self._code(portal.number, mail.about)}
            case MailKind.ACCOUNT_UNUSED:
                return {**UNUSED, "url": f"{home}/moi"}
            case MailKind.REPORT_RECEIVED | MailKind.REPORT_DECIDED:
                return self._of_object(portal, mail, "report", f"{home}/signalement")
            case (
                MailKind.EXCHANGE_PROPOSED
                | MailKind.EXCHANGE_CHANGED
                | MailKind.EXCHANGE_NUDGED
                | MailKind.MESSAGE_RECEIVED
            ):
                return self._of_exchange(portal, mail, home)
            case MailKind.BALLOT_RECEIVED | MailKind.BALLOT_SET_ASIDE | MailKind.BALLOT_RESTORED:
                return self._of_ballot(portal, mail.told, home)
            case MailKind.SIGNATURE_SET_ASIDE | MailKind.SIGNATURE_ANSWERED:
                return self._of_signature(portal, mail.told, home)
            case MailKind.HELP_ASKED:
                return self._with_preferences(
                    portal, mail, home, f"suite/{self._nudge_token(portal.number, mail.about)}"
                )
            case MailKind.SIGN_UP_CHANGED | MailKind.SIGN_UP_REMINDED:
                return self._of_sign_up(portal, mail, home, locale)
            case MailKind.WEBHOOK_STOPPED:
                return self._of_object(portal, mail, "webhook", f"{home}/gestion/webhooks")
            case MailKind.DIGEST:
                return self._of_digest(portal, mail, home)
            case MailKind.APPEAL_DECIDED | MailKind.CONTENT_HELD:
                return {**mail.told, "url": f"{home}/moi"}
            case MailKind.MODERATION_DECIDED:
                until = {"until": _moment(portal, mail, "suspended_until", locale)}
                return self._of_object(portal, mail, "moderationdecision", f"{home}/moderation/decision") | until
            case MailKind.ACCOUNT_ERASED:
                return {}

    def _invited(self, portal: TenantRecord, mail: ClaimedMail) -> str:
        return f"{self._base(portal)}/auth/invitation?token={self._invitation_token(portal.number, mail.about)}"

    def _of_exchange(self, portal: TenantRecord, mail: ClaimedMail, home: str) -> dict[str, object]:
        about = ident.encode("exchange", portal.number, mail.about)
        return self._with_preferences(portal, mail, home, f"echange/{about}")

    def _of_digest(self, portal: TenantRecord, mail: ClaimedMail, home: str) -> dict[str, object]:
        """What a digest tells, with the addresses of its lines and of its reader's preferences."""
        lines = [{**line, "url": self._address(portal, line, home)} for line in mail.told["lines"]]
        return {**mail.told, "lines": lines, "url": self._own(portal, mail, f"{home}/courriels")}

    def _address(self, portal: TenantRecord, line: Mapping[str, object], home: str) -> str:
        """Where what a notice is about can be read."""
        kind, path = ("contribution", "contribution") if line["contribution"] else ("activity", "activite")
        id_ = ident.encode(kind, portal.number, UUID(str(line[kind])))
        is_of_mission = line["kind"] in {each.value for each in OF_ORGANISER}
        return f"{home}/mission/{id_}/organiser" if is_of_mission else f"{home}/{path}/{id_}"

    def _of_object(self, portal: TenantRecord, mail: ClaimedMail, kind: str, page: str) -> dict[str, object]:
        """What a letter tells, with the address of what it is about."""
        return {**mail.told, "url": f"{page}/{ident.encode(kind, portal.number, mail.about)}"}

    def _of_ballot(self, portal: TenantRecord, told: Mapping[str, object], home: str) -> dict[str, object]:
        """What a letter about a ballot tells, with the addresses of its vote and of its receipt."""
        activity = ident.encode("activity", portal.number, UUID(str(told["activity_id"])))
        receipt = str(told.get("receipt", ""))
        groups = (receipt[start : start + 4] for start in range(0, len(receipt), 4))
        return {
            **told,
            "receipt": "-".join(groups),
            "url": f"{home}/voter/{activity}",
            "check_url": f"{home}/recepisse/{activity}",
        }

    def _of_signature(self, portal: TenantRecord, told: Mapping[str, object], home: str) -> dict[str, object]:
        """What a letter about a signature tells, with the address of its petition."""
        about = ident.encode("contribution", portal.number, UUID(str(told["contribution_id"])))
        return {**told, "url": f"{home}/contribution/{about}"}

    def _of_sign_up(self, portal: TenantRecord, mail: ClaimedMail, home: str, locale: str) -> dict[str, object]:
        """What a letter about a sign-up tells, with the address of its mission, and when it begins."""
        about = ident.encode("contribution", portal.number, UUID(str(mail.told["contribution_id"])))
        return {**mail.told, "url": f"{home}/mission/{about}", "begins": _moment(portal, mail, "starts_at", locale)}


def _moment(portal: TenantRecord, mail: ClaimedMail, name: str, locale: str) -> str:
    """What a mail tells under a name, as a moment in words by the portal's clock; empty where it tells none."""
    told = mail.told.get(name)
    return sentence.moment(datetime.fromisoformat(told), locale, portal.time_zone) if isinstance(told, str) else ""


def base(tenant: TenantRecord, *, is_demo: bool, port: int = LOCAL_PORT) -> str:
    """The portal's own address; on the developer's machine in the demonstration, where its hosts lead nowhere."""
    if is_demo or not tenant.hosts:
        return f"http://{tenant.slug}.localhost:{port}"
    return f"https://{tenant.hosts[0]}"


def spoken(locales: Sequence[str]) -> str:
    """In which language a portal's letters are: its first that has texts."""
    return next((locale for locale in locales if locale in LOCALES), LOCALES[0])


def sample(kind: MailKind, locale: str, title: str) -> Letter:
    """A mail as it looks, with values that are nobody's."""
    ruled = UNUSED if kind is MailKind.ACCOUNT_UNUSED else {}
    return written(kind, locale, {**SAMPLE, **ruled, "title": title})


def written(kind: MailKind, locale: str, values: Mapping[str, object]) -> Letter:
    """A mail's text in a language of `LOCALES`. No subject shows a secret: telephones show it on locked screens."""
    text = _TEMPLATES.get_template(f"{locale}/{kind.value.lower()}.txt").render(values)
    subject, _, body = _BLANKS.sub("\n\n", text).partition("\n\n")
    return subject, body
