-- A message between two people is reported as what is public is.
ALTER TABLE __tenant__.moderation_case
    ADD COLUMN message_id UUID REFERENCES __tenant__.message (id),
    DROP CONSTRAINT moderation_case_subject,
    ADD CONSTRAINT moderation_case_subject UNIQUE NULLS NOT DISTINCT (contribution_id, comment_id, message_id);
