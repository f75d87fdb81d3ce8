"""Changes: what a process changed is published to the others, also when the first attempt fails."""

from typing import Any

import pytest

from database.door import Database
from database.failure import DatabaseUnavailableError
from tenants import change
from tenants.change import Changes
from tests.own import Own


def test_change_that_could_not_be_published_is_published_the_next_time(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = own.create("change-town")[0]
    rows = Database.rows

    async def away(database: Database, clause: Any, *given: Any, **values: Any) -> Any:
        if clause is change.PUBLISH:
            raise DatabaseUnavailableError
        return await rows(database, clause, *given, **values)

    async def act(database: Database) -> tuple[bool, int, int]:
        changes = Changes(database)
        await changes.exchange()
        before = await change.last(database, number)
        database.note_change(number)
        with monkeypatch.context() as failing:
            failing.setattr(Database, "rows", away)
            with pytest.raises(DatabaseUnavailableError):
                await changes.exchange()
        is_kept = number in database.untold
        await changes.exchange()
        after = await change.last(database, number)
        assert after is not None
        return is_kept, after.version - (before.version if before else 0), len(database.untold)

    assert own.run(act) == (True, 1, 0)


def test_change_of_another_process_is_seen_once(own: Own) -> None:
    number = own.create("change-village")[0]

    async def act(database: Database) -> list[int]:
        mine, other = Changes(database), Database(database.urls[0], connections=1)
        theirs = Changes(other)
        await mine.exchange()
        await theirs.exchange()
        before = other.versions[number]
        database.note_change(number)
        await mine.exchange()
        seen = []
        for _ in range(2):
            await theirs.exchange()
            seen.append(other.versions[number] - before)
        await other.close()
        return seen

    assert own.run(act) == [1, 1]
