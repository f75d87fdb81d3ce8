"""Codes sent by e-mail: whoever knows the code reads the mail of the address."""

import hmac
import unicodedata
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Integer,
    Interval,
    Text,
    bindparam,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.types import Uuid

from auth import email_address
from auth.attempt import Attempts, Limit
from auth.email_address import AddressError
from auth.secret import Keyed
from database.door import Transaction
from mail import queue
from models.base import new_id, table
from models.mail import MailKind
from models.sign_in import SignInCode

DIGITS = 8
"""At one address 160 may be tried in an hour (eight codes, 20 tries each), whatever networks take part: a year of
guessing, in which its owner gets eight mails each hour, succeeds once in about 70."""

MAX_TRIES = 5
"""Of one asker at one code. Whoever asked for the code, and known browsers, have them whatever others do."""

MAX_STRANGE_TRIES = 15
"""Of all others at one code: two of them cannot use it up for a third, who asked on another network."""

GOOD_FOR = timedelta(minutes=10)

_code = table(SignInCode)
_email = bindparam("email", type_=Text())
_asker, _is_known = bindparam("asker", type_=Text()), bindparam("is_known", type_=Boolean())
_until = func.now() + literal(GOOD_FOR, Interval)
ISSUE = insert(_code).values(
    id=bindparam("id", type_=Uuid()),
    email=_email,
    digest=bindparam("digest", type_=Text()),
    tries=0,
    asker=_asker,
    expires_at=_until,
)
_newest = select(_code.c.id).where(_code.c.email == _email).order_by(_code.c.id.desc()).limit(literal_column("1"))
PROLONG = update(_code).where(_code.c.id == _newest.scalar_subquery()).values(expires_at=_until)
_tried = func.coalesce(cast(_code.c.tried.op("->>")(_asker), Integer), literal_column("0"))
_is_own = or_(_is_known, func.coalesce(_code.c.asker == _asker, false()))
TRY = (
    update(_code)
    .where(
        _code.c.email == _email,
        _code.c.expires_at > func.now(),
        _tried < literal(MAX_TRIES, Integer),
        or_(_is_own, _code.c.tries < literal(MAX_STRANGE_TRIES, Integer)),
    )
    .values(
        tried=_code.c.tried.op("||")(func.jsonb_build_object(_asker, _tried + 1)),
        tries=_code.c.tries + case((_is_own, 0), else_=1),
    )
    .returning(_code.c.digest)
)
USE_UP = delete(_code).where(_code.c.email == _email)


def address(text: str) -> str | None:
    """An e-mail address as accounts know it; None for what mail cannot be sent to."""
    try:
        return email_address.canonical(text)
    except AddressError:
        return None


def digits(text: str, length: int = DIGITS) -> str | None:
    """The digits of a code as people paste it; None for what cannot be a code, which need not count as a try.

    Digits of any script count, full-width ones too; whatever stands around and between them does not.
    """
    values = (unicodedata.decimal(sign, None) for sign in unicodedata.normalize("NFKC", text))
    joined = "".join(str(value) for value in values if value is not None)
    return joined if len(joined) == length else None


class EmailCodes:
    """Makes and takes codes. A code is computed from its row's id under the server's secret, so that nothing that is
    stored tells it, not even while its mail waits; a digest under the same secret is kept to compare with."""

    def __init__(self, secret: str) -> None:
        self._keyed = Keyed(secret, "parvis-sign-in-code")
        self._digits = Keyed(secret, "parvis-sign-in-code-digits")
        self._attempts = Attempts(secret)

    async def issue(self, transaction: Transaction, email: str, client: str, *, is_known: bool = False) -> bool:
        """A new code for an address, whose mail is queued with it; False where there were too many.

        It never looks whether anybody has the address. The asker's own limit comes first: one that is over it spends
        nothing of the address'. Where the address had its share, the code that was mailed last is good again instead,
        so that its owner always has one.
        """
        if not is_known and not await self._attempts.is_allowed(transaction, Limit.CODE_BY_CLIENT, client):
            return False
        for limit, subject in self._shares(email, client, is_known):
            if not await self._attempts.is_allowed(transaction, limit, subject):
                await transaction.execute(PROLONG, email=email)
                return False
        id_, tenant = new_id(), transaction.tenant or 0
        digest, asker = self._digest(transaction, email, self.code(tenant, id_)), self._asker(email, client, is_known)
        await transaction.execute(ISSUE, id=id_, email=email, digest=digest, asker=asker)
        await queue.add(transaction, MailKind.SIGN_IN_CODE, email, id_, GOOD_FOR)
        return True

    def code(self, tenant: int, id_: UUID) -> str:
        """The code of a row of a tenant's."""
        return f"{int(self._digits.digest(str(tenant), str(id_)), 16) % 10**DIGITS:0{DIGITS}}"

    async def confirm(
        self, transaction: Transaction, email: str, code: str, client: str, *, is_known: bool = False
    ) -> bool:
        """Whether the code, as `digits` reads it, is one of the address', which uses all of them up.

        Commit the transaction either way: a try that fails counts, for this asker. Two at once follow each other on the
        codes' rows.
        """
        asker = self._asker(email, client, is_known)
        if not await self._attempts.is_allowed(transaction, Limit.CONFIRMATION_BY_CLIENT, asker):
            return False
        wanted = self._digest(transaction, email, code)
        rows = await transaction.all(TRY, email=email, asker=asker, is_known=is_known)
        is_right = any(hmac.compare_digest(str(digest), wanted) for (digest,) in rows)
        if is_right:
            await transaction.execute(USE_UP, email=email)
            await self._attempts.give_back(transaction, *self._shares(email, client, is_known))
        return is_right

    def _shares(self, email: str, client: str, is_known: bool) -> tuple[tuple[Limit, str], ...]:
        """What asking for a code spends of the address'."""
        if is_known:
            return ((Limit.CODE_FOR_KNOWN, email),)
        return (Limit.CODE_FOR_ADDRESS_BY_CLIENT, f"{client} {email}"), (Limit.CODE_FOR_ADDRESS, email)

    def _asker(self, email: str, client: str, is_known: bool) -> str:
        """The address' known browsers together, or the client, by a digest."""
        return self._keyed.digest("known", email) if is_known else self._keyed.digest("client", client)

    def _digest(self, transaction: Transaction, email: str, code: str) -> str:
        return self._keyed.digest(str(transaction.tenant), email, code)
