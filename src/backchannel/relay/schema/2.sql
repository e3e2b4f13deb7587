-- From version 1 to 2: mailboxes that nobody uses any more go, and the operator's limits are kept.

-- The day on which either side last asked for the mailbox, in days since 1970-01-01 (UTC). Of those
-- that are there already nothing is known: they count as used on the day of this step.
ALTER TABLE mailboxes ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
UPDATE mailboxes SET used = CAST(julianday('now') - 2440587.5 AS INTEGER);

-- What a mailbox holds goes with it. Its own count of letters is gone by then.
CREATE TRIGGER mailbox_goes AFTER DELETE ON mailboxes BEGIN
    DELETE FROM letters WHERE mailbox = OLD.mailbox;
    DELETE FROM bundles WHERE mailbox = OLD.mailbox;
    DELETE FROM retired WHERE mailbox = OLD.mailbox;
END;

-- What the operator chose; what is not here has its default.
CREATE TABLE quotas (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 2;
