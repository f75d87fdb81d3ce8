-- An activity's contributions are counted by status, kind and category in the order of this index, without their rows.
CREATE INDEX contribution_statistics ON __tenant__.contribution (activity_id, status, kind, category_id, expires_at);
