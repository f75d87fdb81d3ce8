-- Which of the clusters behind an installation this one is: `main` has what concerns all tenants.
ALTER TABLE platform.registry ADD COLUMN database text NOT NULL DEFAULT 'main';
-- While a tenant moves to another cluster, each of its tables has a trigger that calls this for every change.
CREATE FUNCTION platform.refuse_held() RETURNS trigger LANGUAGE plpgsql AS $held$ BEGIN RAISE EXCEPTION 'this tenant is moving to another cluster' USING ERRCODE = 'PV001'; END $held$;
-- A tenant's move, kept until its former copy is removed.
CREATE TABLE platform.tenant_move (
    tenant_number bigint NOT NULL,
    from_database text NOT NULL,
    to_database text NOT NULL,
    state text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    switched_at timestamptz,
    PRIMARY KEY (tenant_number),
    CONSTRAINT state_known CHECK (state IN ('COPYING', 'SWITCHED', 'OPEN')),
    CONSTRAINT moves_elsewhere CHECK (from_database <> to_database),
    CONSTRAINT switched_when CHECK ((state = 'COPYING') = (switched_at IS NULL))
);
REVOKE ALL ON platform.tenant_move FROM parvis_server;
