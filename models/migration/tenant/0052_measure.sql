-- Measures count what lies in a period: of votes and comments, which are appended, a block's bounds are enough.
CREATE INDEX vote_cast_at ON __tenant__.vote USING brin (cast_at);
CREATE INDEX comment_published_at ON __tenant__.comment USING brin (published_at);
