-- A trusted flagger's report comes before those that are as urgent, and behind children and violence.
UPDATE __tenant__.moderation_case
SET urgency = CASE WHEN urgency < 0 THEN 2 * (urgency + 3) ELSE 2 * urgency + 1 END;
