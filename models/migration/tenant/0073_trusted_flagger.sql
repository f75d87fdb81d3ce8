-- Trusted flaggers: who is one, and which reports were sent by one.
ALTER TABLE __tenant__.actor ADD COLUMN is_trusted_flagger BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE __tenant__.report ADD COLUMN is_trusted BOOLEAN DEFAULT false NOT NULL;
