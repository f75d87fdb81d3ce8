-- Files of zones are looked at before they are drawn; contributions get their zones behind a change.
CREATE TABLE __tenant__.zone_change (
    id UUID NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    name_property TEXT NOT NULL,
    properties JSONB NOT NULL,
    zones JSONB NOT NULL,
    remarks JSONB NOT NULL,
    done_after UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('DRAFT', 'ASSIGNING'))
);
