-- One request at a time names a host for a new portal; of those that wait the oldest stays.
UPDATE platform.tenant_wish w SET state = 'REFUSED', problem = 'another request names this host', done_at = now()
WHERE w.state = 'WAITING' AND w.kind = 'CREATE' AND EXISTS (
    SELECT FROM platform.tenant_wish o WHERE o.state = 'WAITING' AND o.kind = 'CREATE'
    AND o.details ->> 'host' = w.details ->> 'host' AND (o.created_at, o.id) < (w.created_at, w.id)
);
CREATE UNIQUE INDEX tenant_wish_host ON platform.tenant_wish ((details ->> 'host'))
WHERE state = 'WAITING' AND kind = 'CREATE';
