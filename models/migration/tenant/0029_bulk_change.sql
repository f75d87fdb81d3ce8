-- One thing done to all contributions of a filter, and the filters that people keep by name.
CREATE TABLE __tenant__.bulk_change (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    value_id UUID,
    service TEXT,
    items JSONB NOT NULL,
    changed_count INTEGER NOT NULL,
    kept_count INTEGER NOT NULL,
    created_by_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    undone_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('STATUS', 'CATEGORY', 'ASSIGNEE')),
    CONSTRAINT state_known CHECK (state IN ('CHECKED', 'DONE', 'UNDONE')),
    FOREIGN KEY(created_by_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX bulk_change_newest ON __tenant__.bulk_change (created_at DESC, id DESC);
CREATE INDEX bulk_change_creator ON __tenant__.bulk_change (created_by_id);
ALTER TABLE __tenant__.account ADD COLUMN filters JSONB DEFAULT '[]' NOT NULL;
