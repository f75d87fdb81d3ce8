-- Few signatures are set aside: they are found without reading the others.
CREATE INDEX petition_signature_aside ON __tenant__.petition_signature (contribution_id) WHERE set_aside_at IS NOT NULL;
