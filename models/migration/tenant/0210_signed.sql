-- A petition is signed: where another method of voting was chosen for petitions, nobody could sign them.
UPDATE __tenant__.activity
    SET vote_method = 'SUPPORT', vote_least = NULL, vote_most = NULL, vote_most_each = NULL, vote_grades = NULL,
        budget_euros = NULL, award_rule = NULL, award_ceiling_euros = NULL, award_least_each = NULL,
        award_is_ending_category = NULL, award_is_ending = NULL, award_tie_break = NULL, award_rank_worth = NULL
    WHERE kind = 'PETITION' AND vote_method IS DISTINCT FROM 'SUPPORT';
ALTER TABLE __tenant__.activity
    ADD CONSTRAINT petitions_are_signed CHECK (kind <> 'PETITION' OR vote_method = 'SUPPORT');
