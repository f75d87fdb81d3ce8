"""Forms that wait while their authors sign in elsewhere: kept for some minutes, under a secret of the browser's."""

from datetime import timedelta

from sqlalchemy import Interval, Text, bindparam, delete, func, insert, literal

from auth import secret
from database.door import Transaction
from models.base import table
from models.sign_in import WaitingForm

KEPT_FOR = timedelta(minutes=10)
MAX_FORM = 260_000
"""Characters: the longest form that a page takes."""

_form = table(WaitingForm)
_digest = bindparam("digest", type_=Text())
KEEP = insert(_form).values(
    digest=_digest, form=bindparam("form", type_=Text()), expires_at=func.now() + literal(KEPT_FOR, Interval)
)
TAKE = delete(_form).where(_form.c.digest == _digest).returning(_form.c.form, _form.c.expires_at > func.now())
EXPIRED = delete(_form).where(_form.c.expires_at <= func.now())


async def keep(transaction: Transaction, form: str) -> str:
    """Keep a form; the secret by which it is taken again."""
    token = secret.new_token()
    await transaction.execute(KEEP, digest=secret.digest(token), form=form)
    return token


async def take(transaction: Transaction, token: str) -> str:
    """The form under a secret, which is kept no longer; empty when there is none any more."""
    row = await transaction.one(TAKE, digest=secret.digest(token))
    return str(row[0]) if row and row[1] is True else ""
