-- Moves of zones into portals of their own, where what moved is now, and who was who, which no portal reads.
CREATE TABLE platform.zone_move (
    id UUID NOT NULL,
    from_number BIGINT NOT NULL,
    to_number BIGINT NOT NULL,
    zone_id UUID NOT NULL,
    zone_name TEXT NOT NULL,
    state TEXT NOT NULL,
    from_title TEXT NOT NULL,
    from_slug TEXT NOT NULL,
    from_host TEXT NOT NULL,
    to_title TEXT NOT NULL,
    to_slug TEXT NOT NULL,
    to_host TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    accepted_by TEXT,
    made JSONB DEFAULT '{}'::jsonb NOT NULL,
    stays JSONB DEFAULT '{}'::jsonb NOT NULL,
    moved_count INTEGER DEFAULT 0 NOT NULL,
    late INTEGER DEFAULT 0 NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT state_known CHECK (state IN ('PROPOSED', 'DECLINED', 'ACCEPTED', 'MOVED', 'REVERTING', 'REVERTED', 'SETTLED')),
    CONSTRAINT moves_to_another CHECK (from_number <> to_number),
    CONSTRAINT moves_by_consent CHECK (state IN ('PROPOSED', 'DECLINED') OR accepted_by IS NOT NULL),
    FOREIGN KEY(from_number) REFERENCES platform.tenant (number) ON DELETE CASCADE,
    FOREIGN KEY(to_number) REFERENCES platform.tenant (number) ON DELETE CASCADE
);
CREATE UNIQUE INDEX zone_move_alive ON platform.zone_move (from_number, zone_id) WHERE state IN ('PROPOSED', 'ACCEPTED', 'REVERTING');
CREATE INDEX zone_move_from ON platform.zone_move (from_number, proposed_at);
CREATE INDEX zone_move_to ON platform.zone_move (to_number, proposed_at);
CREATE TABLE platform.moved_contribution (
    id UUID NOT NULL,
    from_number BIGINT NOT NULL,
    move_id UUID NOT NULL,
    to_number BIGINT NOT NULL,
    slug TEXT NOT NULL,
    host TEXT NOT NULL,
    activity_id UUID,
    author_id UUID,
    category_id UUID,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id, from_number),
    FOREIGN KEY(from_number) REFERENCES platform.tenant (number) ON DELETE CASCADE,
    FOREIGN KEY(move_id) REFERENCES platform.zone_move (id) ON DELETE CASCADE,
    FOREIGN KEY(to_number) REFERENCES platform.tenant (number) ON DELETE CASCADE
);
CREATE INDEX moved_contribution_move ON platform.moved_contribution (move_id);
CREATE INDEX moved_contribution_to ON platform.moved_contribution (to_number);
CREATE TABLE platform.moved_person (
    move_id UUID NOT NULL,
    actor_id UUID NOT NULL,
    moved_actor_id UUID NOT NULL,
    PRIMARY KEY (move_id, actor_id),
    CONSTRAINT moved_person_once UNIQUE (move_id, moved_actor_id),
    FOREIGN KEY(move_id) REFERENCES platform.zone_move (id) ON DELETE CASCADE
);
ALTER TABLE platform.zone_move ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON platform.zone_move FROM parvis_server;
ALTER TABLE platform.moved_contribution ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON platform.moved_contribution FROM parvis_server;
REVOKE ALL ON platform.moved_person FROM parvis_server;
GRANT SELECT, UPDATE ON platform.zone_move TO parvis_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.moved_contribution, platform.moved_person TO parvis_server;
GRANT SELECT, INSERT ON platform.zone_move TO parvis_tenant;
GRANT UPDATE (state, accepted_by, accepted_at, ended_at, to_title, to_slug, to_host) ON platform.zone_move TO parvis_tenant;
GRANT SELECT ON platform.moved_contribution TO parvis_tenant;
-- Jobs carry moves out: what they write of both portals they write as the login, under no portal's role.
CREATE POLICY zone_move_carried ON platform.zone_move TO parvis_server USING (true) WITH CHECK (true);
CREATE POLICY moved_contribution_carried ON platform.moved_contribution TO parvis_server USING (true) WITH CHECK (true);
-- Both portals of a move see it. The one that proposes it can never accept it: that is the other's word.
CREATE POLICY zone_move_seen ON platform.zone_move FOR SELECT TO parvis_tenant USING (from_number = (SELECT substr(current_user::text, 3)::bigint) OR to_number = (SELECT substr(current_user::text, 3)::bigint));
CREATE POLICY zone_move_proposed ON platform.zone_move FOR INSERT TO parvis_tenant WITH CHECK (from_number = (SELECT substr(current_user::text, 3)::bigint) AND state = 'PROPOSED');
CREATE POLICY zone_move_withdrawn ON platform.zone_move FOR UPDATE TO parvis_tenant USING (from_number = (SELECT substr(current_user::text, 3)::bigint)) WITH CHECK (from_number = (SELECT substr(current_user::text, 3)::bigint) AND state = 'DECLINED');
CREATE POLICY zone_move_answered ON platform.zone_move FOR UPDATE TO parvis_tenant USING (to_number = (SELECT substr(current_user::text, 3)::bigint)) WITH CHECK (to_number = (SELECT substr(current_user::text, 3)::bigint) AND state IN ('ACCEPTED', 'DECLINED', 'REVERTING'));
CREATE POLICY moved_contribution_seen ON platform.moved_contribution FOR SELECT TO parvis_tenant USING (from_number = (SELECT substr(current_user::text, 3)::bigint) OR to_number = (SELECT substr(current_user::text, 3)::bigint));
