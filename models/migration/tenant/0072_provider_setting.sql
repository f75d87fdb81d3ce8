-- Administrators set identity providers: their order, and a client's secret that the server alone reads.
ALTER TABLE __tenant__.identity_provider
    ADD COLUMN sealed_secret TEXT,
    ADD COLUMN rank INTEGER DEFAULT 0 NOT NULL,
    ADD CONSTRAINT secret_kept_once CHECK (sealed_secret IS NULL OR secret_name = '');
