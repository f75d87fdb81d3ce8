-- A code knows who asked for it, and how often each asker tried it: strangers cannot use its owner's tries up.
ALTER TABLE __tenant__.sign_in_code ADD COLUMN asker TEXT;
ALTER TABLE __tenant__.sign_in_code ADD COLUMN tried JSONB DEFAULT '{}' NOT NULL;
-- A token of a widget names how often its account ended all of them; it is over once the account counts on.
ALTER TABLE __tenant__.account ADD COLUMN widget_epoch INTEGER DEFAULT 0 NOT NULL;
-- A change of role said that it changed what a machine may do, and did not: a machine's role is its token's again.
UPDATE __tenant__.actor SET role = CASE WHEN 'MODERATE' = ANY (t.scopes) THEN 'MODERATOR' ELSE 'MEMBER' END
FROM __tenant__.api_token t WHERE t.actor_id = actor.id;
