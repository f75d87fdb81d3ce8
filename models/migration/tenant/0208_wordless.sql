-- Quotes of analyses are kept as places in their texts alone: words that were stored beside them outlived erasures.
UPDATE __tenant__.analysis SET result = jsonb_set(result, '{topics}', (
    SELECT coalesce(jsonb_agg(jsonb_set(topic, '{quotes}', (
        SELECT coalesce(jsonb_agg(quote || '{"words": ""}' ORDER BY at), '[]')
        FROM jsonb_array_elements(topic -> 'quotes') WITH ORDINALITY AS quotes (quote, at)
    )) ORDER BY place), '[]')
    FROM jsonb_array_elements(result -> 'topics') WITH ORDINALITY AS topics (topic, place)
)) WHERE result IS NOT NULL;
