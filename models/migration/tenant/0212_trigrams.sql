-- Each proposal keeps the trigrams of its title: reckoning them for all that share a word took most of a hint's time.
ALTER TABLE __tenant__.contribution ADD COLUMN title_trigrams TSVECTOR
    GENERATED ALWAYS AS (CASE WHEN kind = 'PROPOSAL' THEN platform.trigrams(title) END) STORED;
