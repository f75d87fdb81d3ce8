-- When an activity's promise of answers was made: proposals from before then are counted from that moment.
ALTER TABLE __tenant__.activity ADD COLUMN answers_promised_at TIMESTAMP WITH TIME ZONE;
