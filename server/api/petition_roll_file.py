"""Electoral rolls over HTTP: an administrator sends one, with which a petition's signatures are compared; it is kept
nowhere."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO
from urllib.parse import quote, urlencode
from uuid import UUID

import office.petition_roll
from auth.machine import Machine
from models import ident
from models.refusal import ErrorCode, Refusal, not_found
from models.tenant import Feature
from models.voter_roll import RollColumn
from office.petition_roll import KeyedElectors
from planner import mutation
from planner.act import Act
from planner.context import Asker
from server.api import person_list
from server.api.form_door import FormDoor, Said
from tenants.registry import TenantRecord
from transfer.roll import RollRow


class PetitionRollUpload(FormDoor):
    """Compares with a roll of a day (`asOf`), of a `commune` where the portal is of several; programs get counts."""

    path, features, fields = "/petition/liste", (Feature.PETITION,), ("contribution", "commune", "asOf")

    async def _taken(self, tenant: TenantRecord, machine: Machine, said: Said, file: IO[bytes]) -> dict[str, object]:
        contribution = ident.decode("contribution", tenant.number, said["contribution"], "contribution")
        if contribution is None:
            raise not_found("contribution")
        as_of, asker = _day(said["asOf"]), self._asker(tenant, machine)
        async with self._database.transaction(tenant.number) as transaction:
            commune = await office.petition_roll.to_compare(
                Act(transaction, asker), contribution, said["commune"], as_of
            )
        keyed = await asyncio.to_thread(_keyed, asker, contribution, file)
        async with self._database.transaction(tenant.number) as transaction:
            act = Act(transaction, asker)
            await office.petition_roll.to_compare(act, contribution, commune, as_of)
            outcome = await office.petition_roll.compare(
                act, contribution=contribution, commune=commune, as_of=as_of, file=keyed
            )
            await mutation.record(act, outcome)
        self._database.note_change(tenant.number)
        self._database.note_events(tenant.number)
        return {"rowCount": keyed.row_count, "refusedCount": keyed.refused_count}

    def _page(self, said: Said, refused: str | None) -> str:
        page = f"/gestion/petitions/{quote(said['contribution'], safe='')}/controle"
        told = {"refused": refused, "asOf": said["asOf"][:10], "commune": said["commune"][:5]}
        return f"{page}?{urlencode(told)}#liste" if refused else f"{page}#liste"


def _keyed(asker: Asker, contribution: UUID, file: IO[bytes]) -> KeyedElectors:
    """What is compared of a file, which says family and given names apart. Raises BadRequestError, Refusal."""

    def made(rows: Iterator[RollRow], said: Mapping[RollColumn, str]) -> KeyedElectors:
        if not {RollColumn.FAMILY_NAME, RollColumn.GIVEN_NAMES} <= said.keys():
            raise person_list.no_columns()
        return office.petition_roll.keyed(asker, contribution, rows)

    return person_list.made_of(file, made)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Refusal(ErrorCode.REQUIRED, "Say of which day the roll is.", "asOf") from error
