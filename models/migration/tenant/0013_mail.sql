-- Mails wait here until the mail server took them, so that no restart loses one.
CREATE TABLE __tenant__.mail (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    about_id UUID NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    good_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT kind_known CHECK (kind IN ('INVITATION', 'SIGN_IN_CODE')),
    CONSTRAINT email_length CHECK (char_length(email) BETWEEN 3 AND 254)
);
CREATE INDEX mail_good_until ON __tenant__.mail (good_until, id);
-- Invitations that were not mailed yet.
INSERT INTO __tenant__.mail (id, kind, email, about_id, attempts, created_at, due_at, good_until)
SELECT gen_random_uuid(), 'INVITATION', email, id, 0, created_at, now(), expires_at
FROM __tenant__.invitation WHERE mailed_at IS NULL AND accepted_at IS NULL AND expires_at > now();
