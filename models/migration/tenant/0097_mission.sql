-- Missions of organisations: what they ask, their time slots, and who has signed up.
CREATE TABLE __tenant__.mission (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    organiser_id UUID NOT NULL,
    domain TEXT,
    requirements TEXT,
    minors_from SMALLINT,
    is_accessible BOOLEAN DEFAULT false NOT NULL,
    revised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT domain_known CHECK (domain IN ('ANIMAUX', 'BENEVOLAT_COMPETENCES', 'CULTURE_LOISIRS', 'EDUCATION', 'EMPLOI', 'ENVIRONNEMENT', 'HUMANITAIRE', 'MEMOIRE_ET_CITOYENNETE', 'PREVENTION_PROTECTION', 'SANTE', 'SOLIDARITE_INSERTION', 'SPORT', 'VIVRE_ENSEMBLE', 'AUTRE')),
    CONSTRAINT minors_from_in_reach CHECK (minors_from BETWEEN 15 AND 17),
    CONSTRAINT requirements_length CHECK (char_length(requirements) BETWEEN 1 AND 1000),
    UNIQUE (contribution_id),
    FOREIGN KEY(contribution_id) REFERENCES __tenant__.contribution (id),
    FOREIGN KEY(organiser_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX mission_organiser ON __tenant__.mission (organiser_id);
CREATE TABLE __tenant__.mission_slot (
    id UUID NOT NULL,
    mission_id UUID NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    capacity INTEGER NOT NULL,
    taken_count INTEGER DEFAULT 0 NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT capacity_in_reach CHECK (capacity BETWEEN 1 AND 100),
    CONSTRAINT taken_within_capacity CHECK (taken_count BETWEEN 0 AND capacity),
    CONSTRAINT slot_forward CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '8784 hours'),
    FOREIGN KEY(mission_id) REFERENCES __tenant__.mission (id)
);
CREATE INDEX mission_slot_order ON __tenant__.mission_slot (mission_id, starts_at, id);
CREATE TABLE __tenant__.sign_up (
    id UUID NOT NULL,
    slot_id UUID NOT NULL,
    organiser_id UUID NOT NULL,
    actor_id UUID,
    status TEXT NOT NULL,
    is_minor BOOLEAN DEFAULT false NOT NULL,
    has_guardian_consent BOOLEAN DEFAULT false NOT NULL,
    signed_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('REGISTERED', 'WAITING', 'WITHDRAWN', 'CANCELLED', 'CAME', 'ABSENT')),
    CONSTRAINT minor_with_consent CHECK (NOT is_minor OR has_guardian_consent),
    FOREIGN KEY(slot_id) REFERENCES __tenant__.mission_slot (id),
    FOREIGN KEY(organiser_id) REFERENCES __tenant__.actor (id),
    FOREIGN KEY(actor_id) REFERENCES __tenant__.actor (id)
);
CREATE INDEX sign_up_actor ON __tenant__.sign_up (actor_id, signed_up_at DESC, id DESC);
CREATE UNIQUE INDEX sign_up_once ON __tenant__.sign_up (slot_id, actor_id) WHERE status IN ('REGISTERED', 'WAITING', 'CAME', 'ABSENT');
CREATE INDEX sign_up_order ON __tenant__.sign_up (slot_id, signed_up_at, id);
CREATE INDEX sign_up_organiser ON __tenant__.sign_up (organiser_id);
