-- Voters on one contribution no longer lock its row, each for all others to see. Who votes has just read it, and it stays:
-- contributions are closed, never deleted.
ALTER TABLE __tenant__.vote DROP CONSTRAINT vote_contribution_id_fkey;
REVOKE DELETE ON __tenant__.contribution FROM __tenant_role__;
-- A delta's choice is a vote's, which was checked.
ALTER TABLE __tenant__.tally_delta DROP CONSTRAINT choice_known;
