-- Periods: the stretches of time of 8^4 (1.1 hours), 8^5, ... 8^9 seconds (4.3 years) that a moment lies in, as numbers. An
-- index that knows no order of time can be asked by them for what is new.
CREATE FUNCTION platform.period(moment TIMESTAMPTZ, power INT) RETURNS INT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((date_part('epoch', moment AT TIME ZONE 'UTC')::bigint >> 3 * power) << 3 | power - 4)::int;

CREATE FUNCTION platform.periods(moment TIMESTAMPTZ) RETURNS INT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY[platform.period(moment, 4), platform.period(moment, 5), platform.period(moment, 6),
             platform.period(moment, 7), platform.period(moment, 8), platform.period(moment, 9)];

-- Some periods of one length: the last `stretch` seconds before `latest`, at most three times as many (or hours).
CREATE FUNCTION platform.periods_back(latest TIMESTAMPTZ, stretch DOUBLE PRECISION) RETURNS INT[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT platform.period(latest, power) - (number << 3)
    FROM (SELECT least(greatest(floor(ln(greatest(stretch, 1)) / ln(8)), 4), 9)::int AS power) length,
         generate_series(0, ceil(stretch / 8::float8 ^ power)::int) number);
