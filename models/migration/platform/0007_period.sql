-- No further back than twice the stretch (or two hours): in periods at most half as long as it.
CREATE OR REPLACE FUNCTION platform.periods_back(latest TIMESTAMPTZ, stretch DOUBLE PRECISION) RETURNS INT[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT platform.period(latest, power) - (number << 3)
    FROM (SELECT least(greatest(floor(ln(greatest(stretch / 2, 1)) / ln(8)), 4), 9)::int AS power) length,
         generate_series(0, ceil(stretch / 8::float8 ^ power)::int) number);
