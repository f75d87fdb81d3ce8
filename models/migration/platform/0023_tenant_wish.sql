-- What operators ask for on a page; a process with the owner's login carries it out.
CREATE TABLE platform.tenant_wish (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    details JSONB NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    wished_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    held_until TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('CREATE', 'SUSPEND', 'RESUME')),
    CONSTRAINT state_known CHECK (state IN ('WAITING', 'DONE', 'REFUSED')),
    CONSTRAINT refused_with_problem CHECK ((state = 'REFUSED') = (problem IS NOT NULL))
);
CREATE UNIQUE INDEX tenant_wish_waiting ON platform.tenant_wish (slug) WHERE state = 'WAITING';
CREATE INDEX tenant_wish_newest ON platform.tenant_wish (created_at DESC, id DESC);
