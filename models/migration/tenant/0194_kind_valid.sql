-- What 0145, 0173, 0176 and 0193 ask of new rows holds for those that are there; others read and write meanwhile.
ALTER TABLE __tenant__.event VALIDATE CONSTRAINT kind_known;
ALTER TABLE __tenant__.event_cursor VALIDATE CONSTRAINT consumer_known;
ALTER TABLE __tenant__.mail VALIDATE CONSTRAINT kind_known;
ALTER TABLE __tenant__.notice VALIDATE CONSTRAINT kind_known;
ALTER TABLE __tenant__.space_role VALIDATE CONSTRAINT kind_known;
ALTER TABLE __tenant__.contribution VALIDATE CONSTRAINT status_known;
ALTER TABLE __tenant__.set_aside VALIDATE CONSTRAINT sign_known;
ALTER TABLE __tenant__.activity VALIDATE CONSTRAINT kind_known;
ALTER TABLE __tenant__.contribution VALIDATE CONSTRAINT expert_of_argument;
ALTER TABLE __tenant__.contribution VALIDATE CONSTRAINT outcome_known;
ALTER TABLE __tenant__.contribution VALIDATE CONSTRAINT succession_known;
ALTER TABLE __tenant__.contribution VALIDATE CONSTRAINT successor_of_proposal;
