-- Whether a tenant takes trusted documents alone from the public.
ALTER TABLE platform.tenant ADD COLUMN trusted_documents_only BOOLEAN DEFAULT false NOT NULL;
