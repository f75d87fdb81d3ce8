-- Whoever has a place in a slot is reminded of it the day before, once.
ALTER TABLE __tenant__.sign_up ADD COLUMN reminded_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX mission_slot_start ON __tenant__.mission_slot (starts_at) WHERE cancelled_at IS NULL;
