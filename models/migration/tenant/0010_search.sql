-- What is not sorted into the index of words yet, each search reads through: 64 kB at most, not 4 MB. Folded votes rewrite
-- rows, so a night of voting filled it.
ALTER INDEX __tenant__.contribution_search SET (gin_pending_list_limit = 64);
