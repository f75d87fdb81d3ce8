-- Rules of safety of an activity: what is advanced at most, how many requests one person has alive, and the city's own sentence.
ALTER TABLE __tenant__.activity
    ADD COLUMN advance_euros INTEGER DEFAULT 40,
    ADD COLUMN alive_requests INTEGER DEFAULT 5 NOT NULL,
    ADD COLUMN safety_notice TEXT,
    ADD CONSTRAINT advance_in_reach CHECK (advance_euros BETWEEN 0 AND 1000),
    ADD CONSTRAINT alive_requests_in_reach CHECK (alive_requests BETWEEN 1 AND 100),
    ADD CONSTRAINT safety_notice_length CHECK (char_length(safety_notice) BETWEEN 1 AND 500);
