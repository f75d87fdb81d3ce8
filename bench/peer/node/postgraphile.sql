-- What a PostGraphile author writes beside the tables: roots and fields that no table has, as functions.
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;

CREATE TYPE peer.distance AS (band TEXT, metres INT);
CREATE TYPE peer.vote_counts AS (total_count INT, support_count INT, for_count INT, mixed_count INT, against_count INT);
CREATE TYPE peer.hexagon AS (
    cell TEXT, lat FLOAT8, lng FLOAT8, count INT, offer_count INT, request_count INT, listing_count INT, proposal_count INT);
CREATE TYPE peer.activity_counts AS (
    total_count INT, open_count INT, closed_count INT, expired_count INT, offer_count INT, request_count INT,
    category_ids UUID[], category_names TEXT[], counts INT[]);

CREATE FUNCTION peer.contribution_distance(c __tenant__.contribution, lat FLOAT8, lng FLOAT8)
RETURNS peer.distance STABLE LANGUAGE sql AS $$
    SELECT (ARRAY['UNDER_1_KM', 'FROM_1_TO_2_KM', 'FROM_2_TO_5_KM', 'FROM_5_TO_10_KM', 'FROM_10_TO_20_KM',
                  'FROM_20_TO_50_KM', 'OVER_50_KM'])[width_bucket(metres, ARRAY[1000, 2000, 5000, 10000, 20000, 50000]::float8[]) + 1],
           CASE WHEN c.precision = 'EXACT' THEN round(metres)::int END
    FROM (SELECT 12742017.6 * asin(least(1, sqrt(power(sin(radians(c.lat - $2) / 2), 2)
              + cos(radians($2)) * cos(radians(c.lat)) * power(sin(radians(c.lng - $3) / 2), 2)))) AS metres) m
    WHERE c.lat IS NOT NULL
$$;

CREATE FUNCTION peer.contribution_tally(c __tenant__.contribution) RETURNS peer.vote_counts STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(count), 0)::int, coalesce(sum(count) FILTER (WHERE key = 'SUPPORT'), 0)::int,
           coalesce(sum(count) FILTER (WHERE key = 'FOR'), 0)::int,
           coalesce(sum(count) FILTER (WHERE key = 'MIXED'), 0)::int,
           coalesce(sum(count) FILTER (WHERE key = 'AGAINST'), 0)::int
    FROM (SELECT key, count FROM __tenant__.tally WHERE contribution_id = c.id
          UNION ALL SELECT key, delta FROM __tenant__.tally_delta WHERE contribution_id = c.id) counts
$$;

CREATE FUNCTION peer.contribution_comment_count(c __tenant__.contribution) RETURNS INT STABLE LANGUAGE sql AS $$
    SELECT count(*)::int FROM __tenant__.comment WHERE contribution_id = c.id
$$;

CREATE FUNCTION peer.offers_near(cells BIGINT[], kinds TEXT[], lat FLOAT8, lng FLOAT8, half FLOAT8, size INT)
RETURNS SETOF __tenant__.contribution STABLE ROWS 20 LANGUAGE sql AS $$
    SELECT c.* FROM (
        SELECT hit.id FROM unnest($1) AS wanted(cell) CROSS JOIN LATERAL (
            SELECT c.id, c.published_at FROM __tenant__.contribution c
            WHERE c.cell_7 = wanted.cell AND c.kind = ANY($2)
            AND c.status = 'OPEN' AND (c.expires_at IS NULL OR c.expires_at > now())
            AND power(sin(radians(c.lat - $3) / 2), 2)
                + cos(radians($3)) * cos(radians(c.lat)) * power(sin(radians(c.lng - $4) / 2), 2) <= $5
            ORDER BY c.published_at DESC, c.id DESC LIMIT $6) hit
        ORDER BY hit.published_at DESC, hit.id DESC LIMIT $6) best
    JOIN __tenant__.contribution c ON c.id = best.id ORDER BY c.published_at DESC, c.id DESC
$$;

CREATE FUNCTION peer.contributions_found(words TEXT, kinds TEXT[])
RETURNS SETOF __tenant__.contribution STABLE ROWS 100 LANGUAGE sql AS $$
    SELECT c.* FROM __tenant__.contribution c
    WHERE c.search @@ websearch_to_tsquery('pg_catalog.french', $1) AND c.kind = ANY($2)
    AND c.status = 'OPEN' AND (c.expires_at IS NULL OR c.expires_at > now())
    ORDER BY c.published_at DESC, c.id DESC
$$;

CREATE FUNCTION peer.contributions_by_ids(ids UUID[])
RETURNS SETOF __tenant__.contribution STABLE ROWS 50 LANGUAGE sql AS $$
    SELECT c.* FROM unnest($1) WITH ORDINALITY AS wanted(id, place)
    JOIN __tenant__.contribution c ON c.id = wanted.id ORDER BY wanted.place
$$;

CREATE FUNCTION peer.hexagons(level INT, south FLOAT8, west FLOAT8, north FLOAT8, east FLOAT8)
RETURNS SETOF peer.hexagon STABLE LANGUAGE sql AS $$
    SELECT to_hex(cell), min(lat), min(lng), sum(offers + requests + listings + proposals + arguments)::int,
           sum(offers)::int, sum(requests)::int, sum(listings)::int, sum(proposals)::int
    FROM (SELECT c.cell, c.lat, c.lng, c.counts[1] AS offers, c.counts[2] AS requests,
                 c.counts[3] AS listings, c.counts[4] AS proposals, c.counts[5] AS arguments
          FROM __tenant__.space_cell_count c
          WHERE c.level = $1 AND c.lat BETWEEN $2 AND $4 AND c.lng BETWEEN $3 AND $5
          UNION ALL SELECT d.cell, d.lat, d.lng, CASE d.kind WHEN 'OFFER' THEN d.delta ELSE 0 END,
                 CASE d.kind WHEN 'REQUEST' THEN d.delta ELSE 0 END, CASE d.kind WHEN 'LISTING' THEN d.delta ELSE 0 END,
                 CASE d.kind WHEN 'PROPOSAL' THEN d.delta ELSE 0 END, CASE d.kind WHEN 'ARGUMENT' THEN d.delta ELSE 0 END
          FROM __tenant__.cell_count_delta d
          WHERE d.level = $1 AND d.lat BETWEEN $2 AND $4 AND d.lng BETWEEN $3 AND $5) counts
    GROUP BY cell HAVING sum(offers + requests + listings + proposals + arguments) > 0 ORDER BY cell
$$;

CREATE FUNCTION peer.activity_statistics(a __tenant__.activity) RETURNS peer.activity_counts STABLE LANGUAGE sql AS $$
    WITH groups AS (
        SELECT status, kind, category_id, count(*) AS count, count(*) FILTER (WHERE expires_at <= now()) AS past
        FROM __tenant__.contribution WHERE activity_id = a.id GROUP BY status, kind, category_id
    ), categories AS (
        SELECT k.id, k.name, k.rank, sum(count)::int AS count
        FROM groups JOIN __tenant__.category k ON k.id = groups.category_id GROUP BY k.id
    )
    SELECT coalesce(sum(count), 0)::int, coalesce(sum(count - past) FILTER (WHERE status = 'OPEN'), 0)::int,
           coalesce(sum(count) FILTER (WHERE status = 'CLOSED'), 0)::int,
           coalesce(sum(CASE status WHEN 'OPEN' THEN past WHEN 'EXPIRED' THEN count END), 0)::int,
           coalesce(sum(count) FILTER (WHERE kind = 'OFFER'), 0)::int,
           coalesce(sum(count) FILTER (WHERE kind = 'REQUEST'), 0)::int,
           (SELECT array_agg(id ORDER BY rank, id) FROM categories),
           (SELECT array_agg(name ORDER BY rank, id) FROM categories),
           (SELECT array_agg(count ORDER BY rank, id) FROM categories)
    FROM groups
$$;

CREATE FUNCTION peer.vote_cast(contribution UUID, actor UUID, choice TEXT)
RETURNS __tenant__.contribution VOLATILE LANGUAGE sql AS $$
    WITH target AS (
        SELECT c.id FROM __tenant__.contribution c
        WHERE c.id = $1 AND c.status = 'OPEN' AND (c.expires_at IS NULL OR c.expires_at > now())
    ), new AS (
        INSERT INTO __tenant__.vote (id, contribution_id, actor_id, choice, cast_at)
        SELECT uuidv7(), target.id, $2, $3, now() FROM target ON CONFLICT DO NOTHING
        RETURNING vote.id, contribution_id, vote.choice
    )
    INSERT INTO __tenant__.tally_delta (id, vote_id, contribution_id, key, delta)
    SELECT uuidv7(), new.id, new.contribution_id, new.choice, 1 FROM new;
    SELECT c.* FROM __tenant__.contribution c WHERE c.id = $1
$$;

COMMENT ON FUNCTION peer.hexagons IS E'@behavior -connection +list';
COMMENT ON FUNCTION peer.contributions_by_ids IS E'@behavior -connection +list'
