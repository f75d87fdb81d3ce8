-- How alike two titles are is told by their trigrams, of the same signs as `models/likeness.py` reads: small letters
-- without accents and digits, one blank between words.
CREATE FUNCTION platform.plain(said TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(lower(
    replace(replace(replace(replace(replace(replace(translate(regexp_replace(
        normalize(translate(said, '™℠ºª', '    '), NFKD),
        '[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff]+', '', 'g'),
        'øØðÐđĐłŁıħĦŋŊ', 'oOdDdDlLihHnN'), 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'), 'Æ', 'AE'), 'þ', 'th'), 'Þ', 'TH')
    COLLATE "C"), '[^a-z0-9]+', ' ', 'g'));

CREATE FUNCTION platform.trigrams(title TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(ARRAY(
    SELECT substr(signs, place, 3)
    FROM (SELECT platform.plain(title) AS signs OFFSET 0) read, generate_series(1, length(signs) - 2) place));
