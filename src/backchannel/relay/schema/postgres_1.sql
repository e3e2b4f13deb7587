-- What a relay keeps in PostgreSQL, version 1: the same as schema/1.sql and 2.sql, and nothing that
-- says who, from where, or when, but for the day on which a letter expires or a mailbox was used.
--
-- Unlike SQLite's, its tables keep rows in the order in which they came, and deleted ones until they
-- are vacuumed: whoever takes the server's files learns more. docs/relay.md says what follows.

CREATE TABLE backchannel_relay (
    version INTEGER NOT NULL
);
INSERT INTO backchannel_relay (version) VALUES (1);

-- Vouchers not yet used, as hashes. A used one is deleted, so that nothing says what it opened.
CREATE TABLE vouchers (
    hash BYTEA NOT NULL PRIMARY KEY
);

CREATE TABLE mailboxes (
    mailbox   BYTEA NOT NULL PRIMARY KEY,
    read_hash BYTEA NOT NULL,
    send_hash BYTEA NOT NULL,
    next      BIGINT NOT NULL DEFAULT 1,   -- number of the next letter
    letters   BIGINT NOT NULL DEFAULT 0,   -- kept by the triggers below
    size      BIGINT NOT NULL DEFAULT 0,   -- bytes of letters, kept by the triggers below
    stale     BIGINT NOT NULL DEFAULT 0,   -- how often a replaced secret was tried
    used      INTEGER NOT NULL             -- day of last use, in days since 1970-01-01 (UTC)
) WITH (fillfactor = 70);                  -- written anew with every letter, best in its own page

CREATE TABLE bundles (
    mailbox BYTEA NOT NULL PRIMARY KEY,
    bundle  BYTEA NOT NULL
);

-- Hashes of replaced secrets, to tell that somebody still tries them.
CREATE TABLE retired (
    mailbox BYTEA NOT NULL,
    side    TEXT NOT NULL CHECK (side IN ('read', 'send')),
    number  BIGINT NOT NULL,
    hash    BYTEA NOT NULL,
    PRIMARY KEY (mailbox, side, number)
);

CREATE TABLE letters (
    mailbox   BYTEA NOT NULL,
    number    BIGINT NOT NULL,   -- counts within the mailbox: the order of collecting
    letter_id BYTEA NOT NULL,
    expires   INTEGER NOT NULL,  -- last day it is kept, in days since 1970-01-01 (UTC)
    letter    BYTEA NOT NULL,
    PRIMARY KEY (mailbox, number)
);

-- Letters are encrypted: trying to compress them is time lost.
ALTER TABLE letters ALTER COLUMN letter SET STORAGE EXTERNAL;
ALTER TABLE bundles ALTER COLUMN bundle SET STORAGE EXTERNAL;

CREATE UNIQUE INDEX letters_by_id ON letters (mailbox, letter_id);
CREATE INDEX letters_by_day ON letters (expires);

CREATE FUNCTION letter_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mailboxes
       SET letters = letters + 1, size = size + length(NEW.letter), next = NEW.number + 1
     WHERE mailbox = NEW.mailbox;
    RETURN NULL;
END $$;

CREATE FUNCTION letter_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mailboxes
       SET letters = letters - 1, size = size - length(OLD.letter)
     WHERE mailbox = OLD.mailbox;
    RETURN NULL;
END $$;

-- What a mailbox holds goes with it. Its own count of letters is gone by then.
CREATE FUNCTION mailbox_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM letters WHERE mailbox = OLD.mailbox;
    DELETE FROM bundles WHERE mailbox = OLD.mailbox;
    DELETE FROM retired WHERE mailbox = OLD.mailbox;
    RETURN NULL;
END $$;

CREATE TRIGGER letter_comes AFTER INSERT ON letters
    FOR EACH ROW EXECUTE FUNCTION letter_comes();
CREATE TRIGGER letter_goes AFTER DELETE ON letters
    FOR EACH ROW EXECUTE FUNCTION letter_goes();
CREATE TRIGGER mailbox_goes AFTER DELETE ON mailboxes
    FOR EACH ROW EXECUTE FUNCTION mailbox_goes();

-- What the operator chose; what is not here has its default.
CREATE TABLE quotas (
    name  TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
