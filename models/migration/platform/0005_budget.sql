-- What clients spent in the running minute, as server processes tell each other.
CREATE UNLOGGED TABLE platform.budget (
    minute BIGINT NOT NULL,
    client UUID NOT NULL,
    spent BIGINT NOT NULL,
    PRIMARY KEY (minute, client)
);
