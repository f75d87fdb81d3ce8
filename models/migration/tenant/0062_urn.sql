-- Secret votes: ballots are sealed, each beside its voter's name, until the urn is opened.
ALTER TABLE __tenant__.activity
    ADD COLUMN urn_key TEXT,
    ADD COLUMN urn_opened_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT urn_was_sealed CHECK (urn_opened_at IS NULL OR urn_key IS NOT NULL);
ALTER TABLE __tenant__.signing
    ALTER COLUMN desk_id DROP NOT NULL,
    ADD COLUMN sealed TEXT,
    ADD COLUMN receipt TEXT,
    ADD CONSTRAINT receipt_online CHECK ((desk_id IS NULL) = (receipt IS NOT NULL)),
    ADD CONSTRAINT sealed_online CHECK (sealed IS NULL OR desk_id IS NULL);
