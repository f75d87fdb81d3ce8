-- Portals that receive say under which name they are reached, so that a way back leads there.
ALTER TABLE platform.territory_reader ADD COLUMN host TEXT DEFAULT '' NOT NULL;
UPDATE platform.territory_reader r
    SET host = coalesce((SELECT min(h.host) FROM platform.host h WHERE h.tenant_number = r.tenant_number), '');
