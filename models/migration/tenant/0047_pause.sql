-- An author pauses an offer, a request or a listing; moderation may withhold what is paused, too.
ALTER TABLE __tenant__.contribution DROP CONSTRAINT status_before_known,
    ADD CONSTRAINT status_before_known CHECK (status_before IN ('OPEN', 'CLOSED', 'EXPIRED', 'PAUSED'));
