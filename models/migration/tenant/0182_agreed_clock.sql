-- What was agreed had no clock: the place was shown, and words were kept, for ever. Closed contributions have fourteen
-- days, the others what is left of ninety, fourteen at least.
UPDATE __tenant__.exchange AS agreed SET due_at = CASE
    WHEN about.closed_at IS NOT NULL THEN now() + interval '14 days'
    ELSE greatest(agreed.accepted_at + interval '90 days', now() + interval '14 days') END
FROM __tenant__.contribution AS about
WHERE about.id = agreed.contribution_id AND agreed.status = 'ACCEPTED' AND agreed.due_at IS NULL;
