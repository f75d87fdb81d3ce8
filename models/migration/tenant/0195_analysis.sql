-- What the automatic reading of many texts gave, where each text is in it, and what people changed of that.
CREATE TABLE __tenant__.analysis (
    id UUID NOT NULL,
    space_id UUID NOT NULL,
    activity_id UUID,
    question TEXT,
    state TEXT NOT NULL,
    problem TEXT,
    attempts INTEGER NOT NULL,
    edition INTEGER NOT NULL,
    text_count INTEGER NOT NULL,
    held_until TIMESTAMP WITH TIME ZONE,
    corpus_digest TEXT,
    method TEXT,
    result JSONB,
    shown JSONB,
    asked_by_id UUID,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    CONSTRAINT problem_known CHECK (problem IN ('TOO_FEW', 'TOO_LONG', 'TOO_BIG', 'INTERRUPTED', 'FAULT')),
    CONSTRAINT question_of_survey CHECK (question IS NULL OR activity_id IS NOT NULL),
    CONSTRAINT failed_whole CHECK ((state = 'FAILED') = (problem IS NOT NULL)),
    CONSTRAINT done_whole CHECK ((state = 'DONE') = (result IS NOT NULL)),
    CONSTRAINT result_whole CHECK (num_nulls(result, shown, corpus_digest, method) IN (0, 4)),
    CONSTRAINT ended_whole CHECK ((state IN ('DONE', 'FAILED')) = (ended_at IS NOT NULL)),
    CONSTRAINT published_done CHECK (published_at IS NULL OR state = 'DONE'),
    CONSTRAINT counts_not_negative CHECK (attempts >= 0 AND edition >= 0 AND text_count >= 0),
    FOREIGN KEY(space_id) REFERENCES __tenant__.participatory_space (id),
    FOREIGN KEY(activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY(asked_by_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX analysis_newest ON __tenant__.analysis (space_id, asked_at DESC, id DESC);
CREATE UNIQUE INDEX analysis_once ON __tenant__.analysis (space_id, coalesce(activity_id, space_id), coalesce(question, '')) WHERE state IN ('QUEUED', 'RUNNING');
CREATE TABLE __tenant__.analysis_text (
    id UUID NOT NULL,
    analysis_id UUID NOT NULL,
    rank INTEGER NOT NULL,
    contribution_id UUID,
    answer_id UUID,
    place TEXT NOT NULL,
    topic INTEGER,
    sub_topic INTEGER,
    campaign INTEGER,
    digest TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT place_known CHECK (place IN ('TOPIC', 'UNCLASSIFIED', 'WITHOUT_CONTENT')),
    CONSTRAINT one_text CHECK (num_nulls(contribution_id, answer_id) = 1),
    CONSTRAINT topic_whole CHECK ((place = 'TOPIC') = (topic IS NOT NULL)),
    CONSTRAINT sub_topic_of_topic CHECK (sub_topic IS NULL OR topic IS NOT NULL),
    CONSTRAINT analysis_text_rank UNIQUE (analysis_id, rank),
    CONSTRAINT analysis_text_once UNIQUE (analysis_id, contribution_id),
    CONSTRAINT analysis_answer_once UNIQUE (analysis_id, answer_id),
    FOREIGN KEY(analysis_id) REFERENCES __tenant__.analysis (id) ON DELETE CASCADE,
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(answer_id) REFERENCES __tenant__.survey_answer (id) ON DELETE CASCADE
);
CREATE INDEX analysis_text_answer ON __tenant__.analysis_text (answer_id);
CREATE INDEX analysis_text_contribution ON __tenant__.analysis_text (contribution_id);
CREATE INDEX analysis_text_topic ON __tenant__.analysis_text (analysis_id, topic, rank);
CREATE TABLE __tenant__.analysis_edit (
    id UUID NOT NULL,
    analysis_id UUID NOT NULL,
    number INTEGER NOT NULL,
    change JSONB NOT NULL,
    made_by_id UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    is_lost BOOLEAN DEFAULT false NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT analysis_edit_number UNIQUE (analysis_id, number),
    CONSTRAINT number_positive CHECK (number > 0),
    CONSTRAINT change_in_reach CHECK (octet_length(change::text) <= 100000),
    FOREIGN KEY(analysis_id) REFERENCES __tenant__.analysis (id) ON DELETE CASCADE,
    FOREIGN KEY(made_by_id) REFERENCES __tenant__.actor (id)
);
