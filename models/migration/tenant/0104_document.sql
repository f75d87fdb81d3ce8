-- A person by the first given name alone, and codes that an agent gave to somebody whose document was seen.
ALTER TABLE __tenant__.proof ADD COLUMN first_digest TEXT;
CREATE INDEX proof_first ON __tenant__.proof (activity_id, first_digest) WHERE first_digest IS NOT NULL;
ALTER TABLE __tenant__.admission ADD COLUMN person_digest TEXT;
CREATE INDEX admission_person ON __tenant__.admission (activity_id, person_digest) WHERE person_digest IS NOT NULL;
