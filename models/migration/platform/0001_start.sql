-- The registers and the registry that all tenants share.
CREATE TABLE platform.collectivite (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    search_name TEXT COLLATE "C" NOT NULL,
    insee_code TEXT,
    siren TEXT,
    nis_code TEXT,
    population INTEGER,
    postal_codes TEXT[] NOT NULL,
    lat DOUBLE PRECISION,
    lng DOUBLE PRECISION,
    position point,
    parent_ids TEXT[] NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('COMMUNE', 'ARRONDISSEMENT_MUNICIPAL', 'EPCI', 'DEPARTEMENT', 'REGION', 'PROVINCE'))
);
CREATE INDEX collectivite_insee_code ON platform.collectivite (insee_code);
CREATE INDEX collectivite_position ON platform.collectivite USING spgist (position);
CREATE INDEX collectivite_postal_codes ON platform.collectivite USING gin (postal_codes);
CREATE INDEX collectivite_search_name ON platform.collectivite (search_name);
CREATE INDEX collectivite_siren ON platform.collectivite (siren);

CREATE TABLE platform.registry (
    id INTEGER NOT NULL,
    version BIGINT NOT NULL,
    next_number BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);

CREATE TABLE platform.tenant_change (
    tenant_number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_number)
);

CREATE TABLE platform.tenant (
    number BIGINT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    collectivite_id TEXT NOT NULL,
    lat DOUBLE PRECISION,
    lng DOUBLE PRECISION,
    logo_url TEXT,
    primary_color TEXT NOT NULL,
    secondary_color TEXT NOT NULL,
    font TEXT NOT NULL,
    locales TEXT[] NOT NULL,
    features TEXT[] NOT NULL,
    origins TEXT[] NOT NULL,
    state TEXT NOT NULL,
    database TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT state_known CHECK (state IN ('ACTIVE', 'SUSPENDED')),
    CONSTRAINT slug_is_a_label CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT number_positive CHECK (number > 0),
    UNIQUE (slug),
    FOREIGN KEY(collectivite_id) REFERENCES platform.collectivite (id)
);

CREATE TABLE platform.host (
    host TEXT NOT NULL,
    tenant_number BIGINT NOT NULL,
    PRIMARY KEY (host),
    FOREIGN KEY(tenant_number) REFERENCES platform.tenant (number)
);
CREATE INDEX host_tenant ON platform.host (tenant_number);

INSERT INTO platform.registry (id, version, next_number) VALUES (1, 1, 1);
