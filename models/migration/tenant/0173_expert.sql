-- Arguments that moderators show first, as an expert's: whose, as what, and since when. Checked of old rows by 0175.
ALTER TABLE __tenant__.contribution
    ADD COLUMN expert_name TEXT,
    ADD COLUMN expert_function TEXT,
    ADD COLUMN pinned_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT expert_of_argument CHECK (num_nonnulls(expert_name, expert_function, pinned_at) IN (0, 3) AND (pinned_at IS NULL OR kind = 'ARGUMENT')) NOT VALID;
