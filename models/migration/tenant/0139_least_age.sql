-- Rules of safety: from which age on people act, how much newcomers answer, and where medicines are carried sealed alone.
ALTER TABLE __tenant__.activity
    ADD COLUMN least_age SMALLINT,
    ADD COLUMN newcomer_alive INTEGER DEFAULT 3 NOT NULL,
    ADD COLUMN newcomer_daily INTEGER DEFAULT 10 NOT NULL,
    ADD CONSTRAINT least_age_in_reach CHECK (least_age BETWEEN 13 AND 18),
    ADD CONSTRAINT newcomer_alive_in_reach CHECK (newcomer_alive BETWEEN 1 AND 100),
    ADD CONSTRAINT newcomer_daily_in_reach CHECK (newcomer_daily BETWEEN 1 AND 100);
UPDATE __tenant__.activity SET least_age = 15 WHERE kind = 'MUTUAL_AID';
ALTER TABLE __tenant__.category ADD COLUMN is_for_medicines BOOLEAN DEFAULT false NOT NULL;
