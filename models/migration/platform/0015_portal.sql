-- What a city's administrators set of their portal; each tenant's role writes these columns of its own row and no others.
ALTER TABLE platform.tenant ADD COLUMN subtitle TEXT DEFAULT '' NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN welcome TEXT DEFAULT '' NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN contact_email TEXT DEFAULT '' NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN contact_phone TEXT DEFAULT '' NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN contact_address TEXT DEFAULT '' NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN footer_links JSONB DEFAULT '[]'::jsonb NOT NULL;
ALTER TABLE platform.tenant ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
GRANT UPDATE (title, subtitle, welcome, logo_url, primary_color, secondary_color, font, locales, contact_email, contact_phone, contact_address, footer_links, version) ON platform.tenant TO parvis_tenant;
CREATE POLICY own_settings ON platform.tenant FOR UPDATE TO parvis_tenant USING (current_user = 't_' || number) WITH CHECK (current_user = 't_' || number);
