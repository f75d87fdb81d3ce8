-- Votes of other years and other places, from files: rules are tried on them.
CREATE TABLE __tenant__.past_vote (
    id UUID NOT NULL,
    file_name TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    budget_euros INTEGER NOT NULL,
    project_count INTEGER NOT NULL,
    ballot_count INTEGER NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);
