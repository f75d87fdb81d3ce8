-- When a worker looks at a tenant next: one process of all does, and only where there is something to do.
CREATE TABLE platform.work (
    tenant_number BIGINT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant_number)
);
CREATE INDEX work_due ON platform.work (due_at);
INSERT INTO platform.work (tenant_number, due_at) SELECT number, now() FROM platform.tenant;
