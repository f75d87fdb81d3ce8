-- Programs mark what moderators may want to see, by words that administrators list; the marks decide nothing.
CREATE TABLE __tenant__.detection (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    comment_id UUID,
    author_id UUID NOT NULL,
    kind TEXT NOT NULL,
    words TEXT,
    like_id UUID,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('RATE', 'REPEAT', 'NEAR_REPEAT', 'NEW_ACTOR', 'REJECTIONS', 'LINK', 'PHONE', 'EMAIL', 'IBAN', 'WORD')),
    CONSTRAINT words_length CHECK (char_length(words) BETWEEN 1 AND 120),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(comment_id) REFERENCES __tenant__.comment (id),
    FOREIGN KEY(author_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(like_id) REFERENCES __tenant__.contribution (id)
);
CREATE INDEX detection_age ON __tenant__.detection (found_at);
CREATE INDEX detection_author ON __tenant__.detection (author_id);
CREATE INDEX detection_subject ON __tenant__.detection (contribution_id, comment_id);
CREATE TABLE __tenant__.watched_word (
    id UUID NOT NULL,
    word TEXT NOT NULL,
    is_stem BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT watched_word_once UNIQUE (word),
    CONSTRAINT word_length CHECK (char_length(word) BETWEEN 2 AND 60)
);
ALTER TABLE __tenant__.event_cursor
    DROP CONSTRAINT consumer_known,
    ADD CONSTRAINT consumer_known CHECK (consumer IN ('SECURITY_LOG', 'MODERATION_AIDS'));
