-- When a worker looks at a tenant next: one process of all does, and only where there is something to do.
CREATE TABLE platform.work (
    tenant_number BIGINT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant_number)
);
CREATE INDEX work_due ON platform.work (due_at);
INSERT INTO platform.work (tenant_number, due_at) SELECT number, now() FROM platform.tenant;
-- Features take the names of the kinds of activities that they switch on.
UPDATE platform.tenant SET features = array_replace(array_replace(array_replace(features, 'ENTRAIDE', 'MUTUAL_AID'), 'MARKET', 'MARKETPLACE'), 'IDEAS', 'IDEA_BOX');
UPDATE platform.registry SET version = version + 1;
