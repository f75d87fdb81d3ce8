-- Offers and requests are found that go together: by category, and the square in which they are published.
CREATE INDEX contribution_suggested ON __tenant__.contribution (
    category_id, kind, (floor(lat * 100)::int), (floor(lng * 100)::int), published_at DESC
) WHERE status = 'OPEN' AND kind IN ('OFFER', 'REQUEST') AND lat IS NOT NULL;
