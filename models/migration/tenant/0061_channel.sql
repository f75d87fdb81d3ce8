-- By which channel ballots came in, told in results; ballots whose voter has voted on paper, too.
ALTER TABLE __tenant__.vote_result ADD COLUMN channels JSONB DEFAULT '[]' NOT NULL;
ALTER TABLE __tenant__.project_award ADD COLUMN channels JSONB DEFAULT '[]' NOT NULL;
