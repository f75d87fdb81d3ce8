-- Files of other systems become contributions; what a run made is known by source and reference, and can be taken back.
ALTER TABLE __tenant__.contribution DROP CONSTRAINT status_known,
    ADD CONSTRAINT status_known CHECK (status IN ('OPEN', 'CLOSED', 'EXPIRED', 'TAKEN_BACK'));
ALTER TABLE __tenant__.event DROP CONSTRAINT kind_known,
    ADD CONSTRAINT kind_known CHECK (kind IN ('CONTRIBUTION_PUBLISHED', 'CONTRIBUTION_REVISED', 'CONTRIBUTION_RENEWED', 'CONTRIBUTION_CLOSED', 'CONTRIBUTION_EXPIRED', 'CONTRIBUTION_IMPORTED', 'CONTRIBUTION_TAKEN_BACK', 'COMMENT_PUBLISHED', 'ROLE_CHANGED', 'SESSIONS_REVOKED', 'MEMBER_INVITED', 'INVITATION_REVOKED', 'API_TOKEN_CREATED', 'API_TOKEN_REVOKED', 'DOCUMENTS_REGISTERED', 'WIDGET_REGISTERED', 'WIDGET_REVISED', 'WIDGET_REVOKED', 'IMPORT_CHECKED', 'IMPORT_CONFIRMED', 'IMPORT_UNDONE', 'IMPORT_DISCARDED'));
CREATE TABLE __tenant__.import_run (
    id UUID NOT NULL,
    format TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    file_name TEXT NOT NULL,
    file_size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    activity_id UUID NOT NULL,
    columns JSONB NOT NULL,
    may_add_categories BOOLEAN NOT NULL,
    row_count INTEGER NOT NULL,
    accepted_count INTEGER NOT NULL,
    refused_count INTEGER NOT NULL,
    known_count INTEGER NOT NULL,
    kept_count INTEGER NOT NULL,
    done_rows INTEGER NOT NULL,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    held_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT format_known CHECK (format IN ('TABLE', 'DECIDIM', 'CAP_COLLECTIF', 'PABULIB')),
    CONSTRAINT state_known CHECK (state IN ('CHECKING', 'CHECKED', 'RUNNING', 'DONE', 'UNDOING', 'UNDONE', 'FAILED')),
    CONSTRAINT problem_known CHECK (problem IN ('UNREADABLE', 'EMPTY', 'TOO_LARGE', 'NO_TEXT_COLUMN')),
    CONSTRAINT source_length CHECK (char_length(source) BETWEEN 1 AND 120),
    CONSTRAINT failed_with_problem CHECK ((state = 'FAILED') = (problem IS NOT NULL)),
    FOREIGN KEY (activity_id) REFERENCES __tenant__.activity (id),
    FOREIGN KEY (created_by_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX import_run_newest ON __tenant__.import_run (created_at DESC, id DESC);
CREATE INDEX import_run_working ON __tenant__.import_run (held_until) WHERE state IN ('CHECKING', 'RUNNING', 'UNDOING');
CREATE TABLE __tenant__.import_chunk (
    run_id UUID NOT NULL,
    rank INTEGER NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (run_id, rank),
    FOREIGN KEY (run_id) REFERENCES __tenant__.import_run (id)
);
CREATE TABLE __tenant__.import_remark (
    id UUID NOT NULL,
    run_id UUID NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT,
    code TEXT NOT NULL,
    value TEXT,
    PRIMARY KEY (id),
    CONSTRAINT code_known CHECK (code IN ('MISSING', 'TOO_SHORT', 'TOO_LONG', 'BAD_DATE', 'FUTURE_DATE', 'BAD_NUMBER', 'BAD_KIND', 'BAD_SIDE', 'BAD_PLACE', 'UNKNOWN_ABOUT', 'UNKNOWN_COMMUNE', 'UNKNOWN_CATEGORY', 'OUTSIDE_TERRITORY', 'REPEATED', 'BROKEN_ROW', 'ZERO_RESTORED', 'PLACE_LEFT_OUT')),
    FOREIGN KEY (run_id) REFERENCES __tenant__.import_run (id)
);
CREATE INDEX import_remark_line ON __tenant__.import_remark (run_id, line, id);
CREATE TABLE __tenant__.imported_item (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    run_id UUID,
    subject_id UUID NOT NULL,
    old_address TEXT,
    old_path TEXT,
    PRIMARY KEY (source, kind, reference),
    CONSTRAINT kind_known CHECK (kind IN ('CONTRIBUTION', 'ARGUMENT', 'COMMENT', 'ACTOR', 'CATEGORY')),
    FOREIGN KEY (run_id) REFERENCES __tenant__.import_run (id)
);
CREATE INDEX imported_item_run ON __tenant__.imported_item (run_id, kind, subject_id);
CREATE INDEX imported_item_subject ON __tenant__.imported_item (subject_id);
CREATE INDEX imported_item_old_path ON __tenant__.imported_item (old_path) WHERE old_path IS NOT NULL;
CREATE TABLE __tenant__.declared_total (
    contribution_id UUID NOT NULL,
    measure TEXT NOT NULL,
    count BIGINT NOT NULL,
    source TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    PRIMARY KEY (contribution_id, measure),
    CONSTRAINT measure_known CHECK (measure IN ('SUPPORT', 'FOR', 'MIXED', 'AGAINST', 'POINTS', 'PAPER')),
    CONSTRAINT count_not_negative CHECK (count >= 0),
    FOREIGN KEY (contribution_id) REFERENCES __tenant__.contribution (id)
);
