-- The demonstration wrote empty lists as empty objects.
UPDATE __tenant__.petition SET roll_checks = '[]' WHERE jsonb_typeof(roll_checks) <> 'array';
ALTER TABLE __tenant__.petition ADD CONSTRAINT rolls_listed CHECK (jsonb_typeof(roll_checks) = 'array');
