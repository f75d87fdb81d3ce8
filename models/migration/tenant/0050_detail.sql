-- What acts changed of rows stands beside the journal, where erasure can take it away; the journal is read by new ways.
CREATE TABLE __tenant__.event_detail (
    id UUID NOT NULL,
    act_id UUID NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    columns JSONB,
    salt TEXT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT erased_whole CHECK (num_nulls(salt, columns) IN (0, 2))
);
CREATE INDEX event_detail_act ON __tenant__.event_detail (act_id);
CREATE INDEX event_detail_subject ON __tenant__.event_detail (subject_id);
CREATE INDEX event_detail_kept ON __tenant__.event_detail (made_at) WHERE salt IS NOT NULL;
CREATE INDEX event_newest ON __tenant__.event (at DESC, id DESC);
CREATE INDEX event_actor ON __tenant__.event (actor_id, at DESC, id DESC);
CREATE INDEX event_subject ON __tenant__.event (subject_id, at DESC, id DESC);
-- Details are appended; the tenant's role may empty them and nothing else.
REVOKE UPDATE, DELETE ON __tenant__.event_detail FROM __tenant_role__;
GRANT UPDATE (columns, salt) ON __tenant__.event_detail TO __tenant_role__;
