-- The tables of a ledger of claims. `ledger.open_ledger` runs this file once for a new ledger.
--
-- Nothing is ever changed or deleted: triggers refuse it to everybody who opens the file with
-- SQLite. That holds against mistakes, not against somebody who edits the file itself.
-- Times are seconds since 1970-01-01 UTC; days are texts like 2023-09-18.


-- One row for each claim of a case. `digest` is SHA-256 over the claim's own fields, so the same
-- claim is the same row whenever it came. `folded` and the two names beside it are what search
-- compares (channel/folding.py).
CREATE TABLE claims (
    number           INTEGER PRIMARY KEY,
    case_name        TEXT    NOT NULL,
    digest           TEXT    NOT NULL,
    added            INTEGER NOT NULL,
    published        TEXT    NOT NULL,
    published_basis  TEXT    NOT NULL,
    event_date       TEXT    NOT NULL,
    outlet           TEXT    NOT NULL,
    url              TEXT    NOT NULL,
    speaker_type     TEXT    NOT NULL,
    speaker          TEXT    NOT NULL,
    actor            TEXT    NOT NULL,
    claim_type       TEXT    NOT NULL,
    credited_to      TEXT    NOT NULL,
    direction        TEXT    NOT NULL,
    paraphrase       TEXT    NOT NULL,
    actor_folded     TEXT    NOT NULL,
    outlet_folded    TEXT    NOT NULL,
    folded           TEXT    NOT NULL,
    UNIQUE (case_name, digest)
) STRICT;
CREATE INDEX claims_by_day ON claims (case_name, published, digest);


-- Words of claims, for search. Only an index: all that is in it stands in `claims`.
CREATE VIRTUAL TABLE words USING fts5 (
    folded, content = 'claims', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TRIGGER claims_words AFTER INSERT ON claims BEGIN
    INSERT INTO words (rowid, folded) VALUES (NEW.number, NEW.folded);
END;


-- A claim that was coded wrongly: `old` no longer counts, `new` stands in its place; without
-- `new`, nothing does. Both rows stay in `claims`.
CREATE TABLE corrections (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    old        TEXT    NOT NULL,
    new        TEXT,
    reason     TEXT    NOT NULL CHECK (reason <> ''),
    added      INTEGER NOT NULL,
    UNIQUE (case_name, old),
    FOREIGN KEY (case_name, old) REFERENCES claims (case_name, digest),
    FOREIGN KEY (case_name, new) REFERENCES claims (case_name, digest)
) STRICT;


-- Names that are one actor's or one outlet's. The newest row for an alias counts.
CREATE TABLE aliases (
    number       INTEGER PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('actor', 'outlet')),
    alias_folded TEXT    NOT NULL,
    alias        TEXT    NOT NULL,
    name_folded  TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    added        INTEGER NOT NULL
) STRICT;


-- A row that is there already is let be. This also takes REPLACE its teeth, which deletes without
-- asking the triggers on DELETE.
CREATE TRIGGER claims_once BEFORE INSERT ON claims
WHEN EXISTS (
    SELECT 1 FROM claims WHERE case_name = NEW.case_name AND digest = NEW.digest
) OR EXISTS (SELECT 1 FROM claims WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER corrections_once BEFORE INSERT ON corrections
WHEN EXISTS (
    SELECT 1 FROM corrections WHERE case_name = NEW.case_name AND old = NEW.old
) OR EXISTS (SELECT 1 FROM corrections WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'append-only: this claim was corrected already'); END;
CREATE TRIGGER aliases_once BEFORE INSERT ON aliases
WHEN EXISTS (SELECT 1 FROM aliases WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'append-only: this row is there already'); END;

CREATE TRIGGER claims_stay BEFORE UPDATE ON claims
BEGIN SELECT RAISE(ABORT, 'append-only: a claim is corrected by a new one'); END;
CREATE TRIGGER claims_kept BEFORE DELETE ON claims
BEGIN SELECT RAISE(ABORT, 'append-only: a claim is corrected by a new one'); END;
CREATE TRIGGER corrections_stay BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'append-only: a correction stays'); END;
CREATE TRIGGER corrections_kept BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'append-only: a correction stays'); END;
CREATE TRIGGER aliases_stay BEFORE UPDATE ON aliases
BEGIN SELECT RAISE(ABORT, 'append-only: an alias is changed by a new row'); END;
CREATE TRIGGER aliases_kept BEFORE DELETE ON aliases
BEGIN SELECT RAISE(ABORT, 'append-only: an alias is changed by a new row'); END;
