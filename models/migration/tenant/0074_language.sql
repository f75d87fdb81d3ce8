-- What is written in another language than the portal's is marked.
ALTER TABLE __tenant__.detection DROP CONSTRAINT kind_known,
    ADD CONSTRAINT kind_known CHECK (kind IN ('RATE', 'REPEAT', 'NEAR_REPEAT', 'NEW_ACTOR', 'REJECTIONS', 'LINK', 'PHONE', 'EMAIL', 'IBAN', 'WORD', 'LANGUAGE'));
