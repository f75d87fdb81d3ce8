-- A receipt is found by itself. Beside `ballot_once` no other index begins with the activity: of two that do, PostgreSQL
-- took this one for a voter's own ballot, in plans that were made while a vote had few, and read all ballots of the vote.
DROP INDEX __tenant__.ballot_receipt;
CREATE INDEX ballot_receipt ON __tenant__.ballot (receipt);
