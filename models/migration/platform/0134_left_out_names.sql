-- What a portal that is left out is called, by its number: it is listed also while it publishes nothing.
ALTER TABLE platform.tenant ADD COLUMN territory_left_out_names JSONB DEFAULT '{}'::jsonb NOT NULL;
GRANT UPDATE (territory_left_out_names) ON platform.tenant TO parvis_tenant;
UPDATE platform.tenant SET territory_left_out_names = named.names FROM (SELECT reader.number, jsonb_object_agg(sender.number, jsonb_build_array(sender.slug, sender.collectivite_id)) AS names FROM platform.tenant reader JOIN platform.tenant sender ON sender.number = ANY (reader.territory_left_out) GROUP BY reader.number) AS named WHERE named.number = tenant.number;
