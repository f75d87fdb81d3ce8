-- An activity's contributions by status, kind and category, so that statistics cost the same however many there are.
CREATE TABLE __tenant__.activity_count (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    category_id UUID,
    count INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT activity_count_once UNIQUE NULLS NOT DISTINCT (activity_id, status, kind, category_id)
);
CREATE TABLE __tenant__.activity_count_delta (
    id UUID NOT NULL,
    activity_id UUID NOT NULL,
    status TEXT NOT NULL,
    kind TEXT NOT NULL,
    category_id UUID,
    delta INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX activity_count_delta_activity ON __tenant__.activity_count_delta (activity_id);
INSERT INTO __tenant__.activity_count (id, activity_id, status, kind, category_id, count)
SELECT gen_random_uuid(), activity_id, status, kind, category_id, count(*)
FROM __tenant__.contribution GROUP BY activity_id, status, kind, category_id;
-- Those past their time that the worker has not marked yet are few, and counted from here.
DROP INDEX __tenant__.contribution_expiry;
CREATE INDEX contribution_expiry ON __tenant__.contribution (expires_at, activity_id) WHERE status = 'OPEN' AND expires_at IS NOT NULL;
