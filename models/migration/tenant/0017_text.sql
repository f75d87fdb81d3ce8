-- What is searched is ASCII alone, which every locale reads alike (models/word.py); titles and texts are as long as people
-- write them.
ALTER TABLE __tenant__.contribution
ADD CONSTRAINT search_text_ascii CHECK (octet_length(search_text) = char_length(search_text)),
DROP CONSTRAINT title_length, ADD CONSTRAINT title_length CHECK (char_length(title) BETWEEN 3 AND 255),
DROP CONSTRAINT body_length, ADD CONSTRAINT body_length CHECK (char_length(body) BETWEEN 1 AND 20000);
