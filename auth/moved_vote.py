"""Votes that moved here from another portal: whoever confirms the address with which they were cast is their voter."""

from uuid import UUID

from sqlalchemy import Text, bindparam, text
from sqlalchemy.types import Uuid

from database.door import Transaction

# A vote gets another id with its voter, because what was sealed of it held the voter, and the old id kept that secret.
# Where the person has voted on the same thing already, that voice is the later one.
ADOPT = text("""
WITH shell AS (
  SELECT a.id FROM __tenant__.actor a WHERE a.claim_digest IN (
    SELECT encode(sha256(convert_to(m.id::text || :email, 'UTF8')), 'hex') FROM platform.zone_move m)
), mine AS (
  SELECT v.id, v.contribution_id, v.choice, gen_random_uuid() AS new_id, EXISTS (SELECT FROM __tenant__.vote o
    WHERE o.contribution_id = v.contribution_id AND o.actor_id = :actor) AS is_second
  FROM __tenant__.vote v WHERE v.actor_id IN (SELECT id FROM shell) FOR UPDATE OF v
), adopted AS (
  UPDATE __tenant__.vote v SET actor_id = :actor, id = mine.new_id FROM mine WHERE v.id = mine.id AND NOT mine.is_second
), dropped AS (
  DELETE FROM __tenant__.vote v USING mine WHERE v.id = mine.id AND mine.is_second
)
INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)
SELECT gen_random_uuid(), t.vote, mine.contribution_id, mine.choice, CASE WHEN mine.is_second THEN -1 ELSE 0 END
FROM mine CROSS JOIN LATERAL (SELECT mine.id UNION ALL SELECT mine.new_id WHERE NOT mine.is_second) AS t (vote)
""").bindparams(bindparam("email", type_=Text()), bindparam("actor", type_=Uuid()))


async def adopt(transaction: Transaction, email: str, actor: UUID) -> int:
    """Make a person who has just confirmed an address the voter of what moved here with it; how many votes changed."""
    return await transaction.execute(ADOPT, email=email, actor=actor)
