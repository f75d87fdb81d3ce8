"""Codes sent by e-mail: whoever knows the code reads the mail of the address."""

import hmac
import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Integer, Interval, Text, bindparam, delete, func, insert, literal, update
from sqlalchemy.types import Uuid

import tenants.mail
from auth.attempt import Attempts, Limit
from auth.secret import Keyed
from database.door import Transaction
from models.account import MAX_EMAIL
from models.base import new_id, table
from models.mail import MailKind
from models.sign_in import SignInCode

DIGITS = 8
"""With five tries a code and five codes an hour, a year of guessing at one address succeeds once in about 450."""

MAX_TRIES = 5
GOOD_FOR = timedelta(minutes=10)

_ADDRESS = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
)

_code = table(SignInCode)
_email = bindparam("email", type_=Text())
ISSUE = insert(_code).values(
    id=bindparam("id", type_=Uuid()),
    email=_email,
    digest=bindparam("digest", type_=Text()),
    tries=0,
    expires_at=func.now() + literal(GOOD_FOR, Interval),
)
TRY = (
    update(_code)
    .where(_code.c.email == _email, _code.c.tries < literal(MAX_TRIES, Integer), _code.c.expires_at > func.now())
    .values(tries=_code.c.tries + 1)
    .returning(_code.c.digest)
)
USE_UP = delete(_code).where(_code.c.email == _email)


def address(text: str) -> str | None:
    """An e-mail address as accounts know it, in lower case; None for what mail cannot be sent to."""
    lowered = text.strip().lower()
    return lowered if len(lowered) <= MAX_EMAIL and _ADDRESS.fullmatch(lowered) else None


class EmailCodes:
    """Makes and takes codes. A code is computed from its row's id under the server's secret, so that nothing that is
    stored tells it, not even while its mail waits; a digest under the same secret is kept to compare with."""

    def __init__(self, secret: str) -> None:
        self._keyed = Keyed(secret, "parvis-sign-in-code")
        self._digits = Keyed(secret, "parvis-sign-in-code-digits")
        self._attempts = Attempts(secret)

    async def issue(self, transaction: Transaction, email: str, client: str) -> bool:
        """A new code for an address, whose mail is queued with it; False where there were too many.

        It never looks whether anybody has the address.
        """
        for limit, subject in ((Limit.CODE_FOR_ADDRESS, email), (Limit.CODE_BY_CLIENT, client)):
            if not await self._attempts.is_allowed(transaction, limit, subject):
                return False
        id_, tenant = new_id(), transaction.tenant or 0
        digest = self._digest(transaction, email, self.code(tenant, id_))
        await transaction.execute(ISSUE, id=id_, email=email, digest=digest)
        await tenants.mail.queue(transaction, MailKind.SIGN_IN_CODE, email, id_, GOOD_FOR)
        return True

    def code(self, tenant: int, id_: UUID) -> str:
        """The code of a row of a tenant's."""
        return f"{int(self._digits.digest(str(tenant), str(id_)), 16) % 10**DIGITS:0{DIGITS}}"

    async def confirm(self, transaction: Transaction, email: str, code: str, client: str) -> bool:
        """Whether the code is one of the address', which uses all of them up.

        Commit the transaction either way: a try that fails counts. Two at once follow each other on the codes' rows.
        """
        if not await self._attempts.is_allowed(transaction, Limit.CONFIRMATION_BY_CLIENT, client):
            return False
        wanted = self._digest(transaction, email, re.sub(r"\s", "", code))
        found = [str(digest) for (digest,) in await transaction.all(TRY, email=email)]
        is_right = any(hmac.compare_digest(digest, wanted) for digest in found)
        if is_right:
            await transaction.execute(USE_UP, email=email)
        return is_right

    def _digest(self, transaction: Transaction, email: str, code: str) -> str:
        return self._keyed.digest(str(transaction.tenant), email, code)
