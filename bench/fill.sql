-- Fills one tenant. The temporary tables size, share, label, phrase, place and level are there already; the
-- indexes are not. Chance is a hash of the row's number, so that every run writes the same rows.

CREATE OR REPLACE FUNCTION pg_temp.pick(i BIGINT, seed INT, n INT) RETURNS INT IMMUTABLE LANGUAGE sql
AS $$ SELECT ((hashint8extended(i, seed) & 9223372036854775807) % n)::int $$;

CREATE OR REPLACE FUNCTION pg_temp.make_id(kind INT, moment TIMESTAMPTZ, i BIGINT) RETURNS UUID IMMUTABLE LANGUAGE sql
AS $$ SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
              || '7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid $$;

CREATE OR REPLACE FUNCTION pg_temp.actor_id(n INT) RETURNS UUID IMMUTABLE LANGUAGE sql
AS $$ SELECT pg_temp.make_id(1, '2024-01-01 00:00+00', n) $$;

CREATE TEMP TABLE phrases ON COMMIT DROP AS
SELECT array_agg(said ORDER BY n) FILTER (WHERE kind = 'noun') AS nouns,
       array_agg(plain ORDER BY n) FILTER (WHERE kind = 'noun') AS plain_nouns,
       array_agg(said ORDER BY n) FILTER (WHERE kind = 'adjective') AS adjectives,
       array_agg(plain ORDER BY n) FILTER (WHERE kind = 'adjective') AS plain_adjectives,
       array_agg(said ORDER BY n) FILTER (WHERE kind = 'sentence') AS sentences,
       array_agg(plain ORDER BY n) FILTER (WHERE kind = 'sentence') AS plain_sentences
FROM phrase;

INSERT INTO __tenant__.actor (id, kind, role, name, created_at)
SELECT pg_temp.actor_id(n),
       CASE WHEN n % 10 = 0 THEN 'MERCHANT' WHEN n % 25 = 1 THEN 'ASSOCIATION' ELSE 'CITIZEN' END,
       'MEMBER', 'Acteur ' || n, '2024-01-01 00:00+00'
FROM size, generate_series(0, actors - 1) n;

-- A row a contribution: what it is, by whom and where, and how many comments and votes it gets.
CREATE TEMP TABLE item ON COMMIT DROP AS
SELECT i, pg_temp.make_id(2, moment, i) AS id, moment, share.activity_id, share.vote_method, drawn.kind,
       CASE WHEN bucket = 1000 OR pg_temp.pick(i, 5, 10) < 8 THEN 'OPEN'
            WHEN pg_temp.pick(i, 6, 2) = 0 THEN 'CLOSED' ELSE 'EXPIRED' END AS status,
       label.category_id,
       pg_temp.actor_id(CASE drawn.kind WHEN 'LISTING' THEN 10 * pg_temp.pick(i, 4, actors / 10)
                        ELSE pg_temp.pick(i, 4, actors) END) AS author_id,
       pg_temp.pick(i, 7, places) AS place, drawn.kind = 'LISTING' AS is_exact,
       CASE WHEN NOT has_replies OR bucket = 1000 THEN 0
            WHEN pg_temp.pick(i, 8, 50) = 0 THEN 28 ELSE pg_temp.pick(i, 9, 6) END AS comments,
       CASE WHEN NOT has_replies OR bucket = 1000 OR share.vote_method IS NULL THEN 0
            ELSE least(500, floor(-ln((pg_temp.pick(i, 10, 100000) + 1) / 100001.0) * votes_each))::int END AS votes
FROM size
CROSS JOIN LATERAL generate_series(1, contributions + petitions) i
CROSS JOIN LATERAL (SELECT CASE WHEN i > contributions THEN 1000 ELSE pg_temp.pick(i, 1, 1000) END AS bucket,
                           '2025-01-01 00:00+00'::timestamptz + make_interval(secs => i * (23328000 / contributions)) AS moment) m
JOIN share ON bucket BETWEEN share.low AND share.high
CROSS JOIN LATERAL (SELECT kinds[pg_temp.pick(i, 2, cardinality(kinds)) + 1] AS kind) drawn
JOIN label ON label.activity_id = share.activity_id AND label.n = pg_temp.pick(i, 3, 6);

INSERT INTO __tenant__.contribution (
    id, activity_id, kind, status, outcome, title, body, author_id, is_anonymous, category_id, price_cents, price_unit,
    exact_lat, exact_lng, address, precision, cell, lat, lng, position, cell_5, cell_6, cell_7, cell_8,
    support_count, published_at, expires_at, closed_at, search_text)
SELECT item.id, item.activity_id, item.kind, item.status, CASE item.status WHEN 'CLOSED' THEN 'FULFILLED' END,
       title, body, item.author_id, item.kind = 'REQUEST' AND pg_temp.pick(i, 11, 10) = 0, item.category_id,
       CASE WHEN item.kind = 'LISTING' THEN 100 + pg_temp.pick(i, 12, 5000) END,
       CASE WHEN item.kind = 'LISTING' THEN 'la pièce' END,
       -- What is over keeps no exact place that was not published: the retention job would forget it.
       CASE WHEN item.is_exact OR item.status = 'OPEN' THEN place.lat END,
       CASE WHEN item.is_exact OR item.status = 'OPEN' THEN place.lng END,
       CASE WHEN item.is_exact THEN pg_temp.pick(i, 13, 200) || ' rue du Canal' END,
       CASE WHEN item.is_exact THEN 'EXACT' ELSE 'CELL' END,
       place.cell, place.lat, place.lng,
       place.position + point(pg_temp.pick(i, 14, 10000) / 1000000.0 - 0.005, pg_temp.pick(i, 15, 10000) / 1000000.0 - 0.005),
       place.cell_5, place.cell_6, place.cell_7, place.cell_8,
       CASE item.vote_method WHEN 'SUPPORT' THEN item.votes
            WHEN 'OPINION' THEN item.votes / 5 * 3 + least(item.votes % 5, 3) ELSE 0 END,
       item.moment,
       CASE item.status WHEN 'EXPIRED' THEN item.moment + INTERVAL '30 days'
            WHEN 'OPEN' THEN CASE WHEN item.vote_method IS NULL THEN '2100-01-01 00:00+00'::timestamptz END END,
       CASE item.status WHEN 'CLOSED' THEN item.moment + INTERVAL '9 days' END,
       plain_title || ' ' || plain_body
FROM size CROSS JOIN item
JOIN place ON place.n = item.place AND place.is_exact = item.is_exact
CROSS JOIN phrases
CROSS JOIN LATERAL (
    SELECT pg_temp.pick(i, 20, cardinality(nouns)) + 1 AS noun,
           pg_temp.pick(i, 21, cardinality(adjectives)) + 1 AS adjective,
           pg_temp.pick(i, 22, cardinality(sentences)) + 1 AS first,
           pg_temp.pick(i, 23, cardinality(sentences)) + 1 AS second,
           pg_temp.pick(i, 24, cardinality(sentences)) + 1 AS third) drawn
CROSS JOIN LATERAL (
    SELECT initcap(nouns[noun]) || ' ' || adjectives[adjective] AS title,
           plain_nouns[noun] || ' ' || plain_adjectives[adjective] AS plain_title,
           sentences[first] || CASE WHEN has_replies THEN ' ' || sentences[second] || ' ' || sentences[third] ELSE '' END AS body,
           plain_sentences[first] || CASE WHEN has_replies THEN ' ' || plain_sentences[second] || ' '
               || plain_sentences[third] ELSE '' END AS plain_body) said
ORDER BY i;

INSERT INTO __tenant__.comment (id, contribution_id, author_id, body, published_at)
SELECT pg_temp.make_id(3, said_at, i * 32 + j), item.id, pg_temp.actor_id(pg_temp.pick(i * 32 + j, 30, actors)),
       sentences[pg_temp.pick(i * 32 + j, 31, cardinality(sentences)) + 1], said_at
FROM size CROSS JOIN phrases CROSS JOIN item CROSS JOIN LATERAL generate_series(1, item.comments) j
CROSS JOIN LATERAL (SELECT item.moment + make_interval(mins => 17 * j) AS said_at) t;

-- The step is prime to the number of actors: nobody votes twice on one contribution.
INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, cast_at)
SELECT pg_temp.make_id(4, cast_at, i * 512 + j), item.id,
       pg_temp.actor_id(((pg_temp.pick(i, 40, actors) + j::bigint * 4729) % actors)::int),
       CASE item.vote_method WHEN 'SUPPORT' THEN 'SUPPORT'
            ELSE CASE WHEN j % 5 < 3 THEN 'FOR' WHEN j % 5 = 3 THEN 'MIXED' ELSE 'AGAINST' END END,
       cast_at
FROM size CROSS JOIN item CROSS JOIN LATERAL generate_series(0, item.votes - 1) j
CROSS JOIN LATERAL (SELECT item.moment + make_interval(mins => 5 * j) AS cast_at) t;

INSERT INTO __tenant__.tally (contribution_id, key, count)
SELECT contribution_id, choice, count(*) FROM __tenant__.vote GROUP BY contribution_id, choice;

INSERT INTO __tenant__.cell_count (level, cell, activity_id, kind, lat, lng, count)
SELECT level, cell, activity_id, kind, min(level.lat), min(level.lng), sum(open.count)
FROM (SELECT place, is_exact, activity_id, kind, count(*) AS count FROM item WHERE status = 'OPEN' GROUP BY 1, 2, 3, 4) open
JOIN level ON level.n = open.place AND level.is_exact = open.is_exact
GROUP BY level, cell, activity_id, kind;

INSERT INTO __tenant__.space_cell_count (level, cell, space_id, lat, lng, counts)
SELECT c.level, c.cell, a.space_id, min(c.lat), min(c.lng), ARRAY[
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'OFFER'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'REQUEST'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'LISTING'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'PROPOSAL'), 0),
       coalesce(sum(c.count) FILTER (WHERE c.kind = 'ARGUMENT'), 0)]
FROM __tenant__.cell_count c JOIN __tenant__.activity a ON a.id = c.activity_id
GROUP BY c.level, c.cell, a.space_id;

INSERT INTO __tenant__.activity_count (id, activity_id, status, kind, category_id, count)
SELECT pg_temp.make_id(5, min(moment), min(i)), activity_id, status, kind, category_id, count(*)
FROM item GROUP BY activity_id, status, kind, category_id;
