-- A survey publishes nothing, so it has no place, no end of what is published, and nothing to be read first; requests
-- alone may be without a name. What was set without effect is taken away.
UPDATE __tenant__.activity
SET vote_method = NULL, expires_after_days = NULL, support_threshold = NULL, answer_within_days = NULL,
    accepted_kinds = NULL, location_rule = 'NONE', review_rule = 'AFTER_PUBLICATION'
WHERE kind = 'SURVEY';
UPDATE __tenant__.activity SET may_be_anonymous = true WHERE kind <> 'MUTUAL_AID' AND NOT may_be_anonymous;
ALTER TABLE __tenant__.activity
    ADD CONSTRAINT surveys_publish_nothing CHECK (kind <> 'SURVEY' OR (num_nonnulls(vote_method, expires_after_days, support_threshold, answer_within_days, accepted_kinds) = 0 AND location_rule = 'NONE' AND review_rule = 'AFTER_PUBLICATION')),
    ADD CONSTRAINT requests_alone_are_anonymous CHECK (kind = 'MUTUAL_AID' OR may_be_anonymous);
