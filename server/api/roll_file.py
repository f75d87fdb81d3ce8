"""Files of voters over HTTP: an administrator sends a roll, of which keyed digests are kept and nothing else."""

import asyncio
from typing import IO
from urllib.parse import quote, urlencode
from uuid import UUID

import counting.voter_roll
from auth.machine import Machine
from counting.voter_roll import Digested
from models import ident
from models.activity import PROVING
from models.refusal import not_found
from models.voter_roll import RollColumn
from planner.act import Act
from planner.context import Asker
from server.api import person_list
from server.api.form_door import FormDoor, Said
from tenants.registry import TenantRecord


class RollUpload(FormDoor):
    """Keeps the digests of a vote's roll; programs get its id."""

    path, features, fields = "/roll/file", PROVING, ("activity", "name")

    async def _taken(self, tenant: TenantRecord, machine: Machine, said: Said, file: IO[bytes]) -> dict[str, object]:
        activity = ident.decode("activity", tenant.number, said["activity"], "activity")
        if activity is None:
            raise not_found("activity")
        asker = self._asker(tenant, machine)
        async with self._database.transaction(tenant.number) as transaction:
            zone = await counting.voter_roll.to_take(Act(transaction, asker), activity)
        digested, columns = await asyncio.to_thread(_read, asker, activity, zone, file)
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, asker)
            await counting.voter_roll.to_take(act, activity)
            name = said["name"]
            roll = await counting.voter_roll.keep(act, activity=activity, name=name, file=digested, said=columns)
        self._database.note_change(tenant.number)
        return {"voterRoll": ident.encode("voterroll", tenant.number, roll)}

    def _page(self, said: Said, refused: str | None) -> str:
        page = f"/gestion/votes/{quote(said['activity'], safe='')}/listes"
        told = {"refused": refused, "name": said["name"][:80]}
        return f"{page}?{urlencode(told)}" if refused else f"{page}#listes"


def _read(asker: Asker, activity: UUID, zone: str | None, file: IO[bytes]) -> tuple[Digested, dict[RollColumn, str]]:
    """What is kept of a file. Raises BadRequestError, Refusal."""
    return person_list.made_of(
        file, lambda rows, said: (counting.voter_roll.digested(asker, activity, rows, zone), dict(said))
    )
