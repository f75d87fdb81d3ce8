-- What a language model wrote of an analysis, judged sentence by sentence: a draft until an administrator publishes it.
ALTER TABLE __tenant__.analysis
    ADD COLUMN wording JSONB,
    ADD COLUMN wording_state TEXT,
    ADD COLUMN wording_problem TEXT,
    ADD COLUMN wording_refused JSONB,
    ADD COLUMN wording_attempts INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN wording_held_until TIMESTAMP WITH TIME ZONE,
    ADD COLUMN wording_published_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT wording_state_known CHECK (wording_state IN ('ASKED', 'DONE', 'FAILED')),
    ADD CONSTRAINT wording_problem_known CHECK (wording_problem IN ('NOT_OFFERED', 'NOTHING_TO_SAY', 'UNREACHED', 'LATE', 'DECLINED', 'TOO_BIG', 'NOT_JSON', 'ALL_REFUSED', 'INTERRUPTED')),
    ADD CONSTRAINT wording_failed_whole CHECK ((wording_state IS NOT DISTINCT FROM 'FAILED') = (wording_problem IS NOT NULL)),
    ADD CONSTRAINT wording_done_whole CHECK (wording_state IS DISTINCT FROM 'DONE' OR wording IS NOT NULL),
    ADD CONSTRAINT wording_of_done CHECK (wording_state IS NULL OR state = 'DONE'),
    ADD CONSTRAINT wording_of_no_answers CHECK (wording_state IS NULL OR question IS NULL),
    ADD CONSTRAINT wording_published_whole CHECK (wording_published_at IS NULL OR wording IS NOT NULL),
    ADD CONSTRAINT wording_in_reach CHECK (octet_length(wording::text) <= 200000);
