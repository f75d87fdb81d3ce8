-- Organisations with several members: town services, associations, shops, chambers.
ALTER TABLE __tenant__.actor DROP CONSTRAINT kind_known,
    ADD CONSTRAINT kind_known CHECK (kind IN ('CITIZEN', 'ASSOCIATION', 'MERCHANT', 'PRODUCER', 'INSTITUTION', 'SERVICE', 'CHAMBER'));
CREATE TABLE __tenant__.organisation_member (
    id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (organisation_id, member_id),
    CONSTRAINT two_actors CHECK (organisation_id <> member_id),
    FOREIGN KEY(organisation_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(member_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX organisation_member_person ON __tenant__.organisation_member (member_id);
