-- What a relay keeps, version 1. Nothing here says who, from where, or when: the finest time is the
-- day on which a letter expires.
--
-- Every table is WITHOUT ROWID and begins with a random id: a row number, which counts up, would
-- show which mailboxes were opened one after the other and in which order letters of different
-- mailboxes came, and so link the caucuses of a channel to whoever takes the file.

-- Vouchers not yet used, as hashes. A used one is deleted, so that nothing says what it opened.
CREATE TABLE vouchers (
    hash BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE mailboxes (
    mailbox   BLOB NOT NULL PRIMARY KEY,
    read_hash BLOB NOT NULL,
    send_hash BLOB NOT NULL,
    next      INTEGER NOT NULL DEFAULT 1,  -- number of the next letter
    letters   INTEGER NOT NULL DEFAULT 0,  -- kept by the triggers below
    size      INTEGER NOT NULL DEFAULT 0,  -- bytes of letters, kept by the triggers below
    stale     INTEGER NOT NULL DEFAULT 0   -- how often a replaced secret was tried
) STRICT, WITHOUT ROWID;

-- Apart from the mailbox, whose row is written anew with every letter.
CREATE TABLE bundles (
    mailbox BLOB NOT NULL PRIMARY KEY,
    bundle  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Hashes of replaced secrets, to tell that somebody still tries them.
CREATE TABLE retired (
    mailbox BLOB NOT NULL,
    side    TEXT NOT NULL CHECK (side IN ('read', 'send')),
    number  INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (mailbox, side, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
    mailbox   BLOB NOT NULL,
    number    INTEGER NOT NULL,  -- counts within the mailbox: the order of collecting
    letter_id BLOB NOT NULL,
    expires   INTEGER NOT NULL,  -- last day it is kept, in days since 1970-01-01 (UTC)
    letter    BLOB NOT NULL,
    PRIMARY KEY (mailbox, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX letters_by_id ON letters (mailbox, letter_id);
CREATE INDEX letters_by_day ON letters (expires);

CREATE TRIGGER letter_comes AFTER INSERT ON letters BEGIN
    UPDATE mailboxes
       SET letters = letters + 1, size = size + length(NEW.letter), next = NEW.number + 1
     WHERE mailbox = NEW.mailbox;
END;

CREATE TRIGGER letter_goes AFTER DELETE ON letters BEGIN
    UPDATE mailboxes
       SET letters = letters - 1, size = size - length(OLD.letter)
     WHERE mailbox = OLD.mailbox;
END;

PRAGMA user_version = 1;
