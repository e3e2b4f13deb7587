-- What version 2 of a ledger adds to `schema.sql`: reports, what was proposed from them, and what
-- people decided. `ledger_file.open_file` runs it once, for a new ledger and for one of version 1.
--
-- Nothing is ever changed or deleted here either. A proposal is no claim: a claim comes into being
-- by a decision, which names who made it.


-- Claims of one actor or in one outlet, which may be a handful among a million.
CREATE INDEX claims_by_actor ON claims (case_name, actor_folded);
CREATE INDEX claims_by_outlet ON claims (case_name, outlet_folded);


-- A text of a page in a case. `digest` is SHA-256 over address, title and text (reports.py).
CREATE TABLE reports (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    digest     TEXT    NOT NULL,
    added      INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    UNIQUE (case_name, digest)
) STRICT;


-- Each time that text was read, and what was known about it then: one copy may have no day and
-- another one a printed day. Which row counts is told by `report_store`, not by which came first.
-- `retrieved` is a time in ISO 8601, UTC; `raw_hash` is SHA-256 over the bytes that came, or empty.
CREATE TABLE readings (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    report     TEXT    NOT NULL,
    outlet     TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    published  TEXT    NOT NULL,
    basis      TEXT    NOT NULL,
    retrieved  TEXT    NOT NULL,
    raw_hash   TEXT    NOT NULL,
    added      INTEGER NOT NULL,
    UNIQUE (case_name, report, outlet, language, published, basis, retrieved, raw_hash),
    FOREIGN KEY (case_name, report) REFERENCES reports (case_name, digest)
) STRICT;


-- Which reports tell one story. It may be computed anew: the newest row of a report counts, and a
-- report without any is a story of its own.
CREATE TABLE stories (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    report     TEXT    NOT NULL,
    story      TEXT    NOT NULL,
    added      INTEGER NOT NULL,
    FOREIGN KEY (case_name, report) REFERENCES reports (case_name, digest)
) STRICT;
CREATE INDEX stories_by_report ON stories (case_name, report, number);


-- A report that a method has gone through, whether it proposed something or nothing.
CREATE TABLE extracted (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    report     TEXT    NOT NULL,
    method     TEXT    NOT NULL,
    added      INTEGER NOT NULL,
    UNIQUE (case_name, report, method),
    FOREIGN KEY (case_name, report) REFERENCES reports (case_name, digest)
) STRICT;


-- A claim that a method proposes. Sentence and span count characters of the report's text, the end
-- not included. `content` is the same for whichever method proposes the same.
CREATE TABLE proposals (
    number          INTEGER PRIMARY KEY,
    case_name       TEXT    NOT NULL,
    digest          TEXT    NOT NULL,
    content         TEXT    NOT NULL,
    report          TEXT    NOT NULL,
    method          TEXT    NOT NULL,
    sentence_start  INTEGER NOT NULL,
    sentence_end    INTEGER NOT NULL,
    span_start      INTEGER NOT NULL,
    span_end        INTEGER NOT NULL,
    speaker         TEXT    NOT NULL,
    speaker_type    TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    claim_type      TEXT    NOT NULL,
    direction       TEXT    NOT NULL,
    credited_to     TEXT    NOT NULL,
    quoted          INTEGER NOT NULL CHECK (quoted IN (0, 1)),
    hedged          INTEGER NOT NULL CHECK (hedged IN (0, 1)),
    added           INTEGER NOT NULL,
    UNIQUE (case_name, digest),
    FOREIGN KEY (case_name, report) REFERENCES reports (case_name, digest)
) STRICT;
CREATE INDEX proposals_by_content ON proposals (case_name, content, digest);


-- What a person said of a proposal. The newest row counts: what was rejected may be taken up again.
-- `claim` is the claim as the person left it.
CREATE TABLE decisions (
    number     INTEGER PRIMARY KEY,
    case_name  TEXT    NOT NULL,
    proposal   TEXT    NOT NULL,
    content    TEXT    NOT NULL,
    verdict    TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'corrected', 'rejected')),
    claim      TEXT,
    who        TEXT    NOT NULL CHECK (who <> ''),
    reason     TEXT    NOT NULL,
    added      INTEGER NOT NULL,
    CHECK ((verdict = 'rejected') = (claim IS NULL)),
    FOREIGN KEY (case_name, proposal) REFERENCES proposals (case_name, digest),
    FOREIGN KEY (case_name, claim) REFERENCES claims (case_name, digest)
) STRICT;
CREATE INDEX decisions_by_content ON decisions (case_name, content, number);


-- What a claim rests on: the words of a report between `span_start` and `span_end`.
CREATE TABLE evidence (
    number      INTEGER PRIMARY KEY,
    case_name   TEXT    NOT NULL,
    claim       TEXT    NOT NULL,
    report      TEXT    NOT NULL,
    span_start  INTEGER NOT NULL,
    span_end    INTEGER NOT NULL,
    quoted      INTEGER NOT NULL CHECK (quoted IN (0, 1)),
    hedged      INTEGER NOT NULL CHECK (hedged IN (0, 1)),
    added       INTEGER NOT NULL,
    UNIQUE (case_name, claim, report, span_start, span_end, quoted, hedged),
    FOREIGN KEY (case_name, claim) REFERENCES claims (case_name, digest),
    FOREIGN KEY (case_name, report) REFERENCES reports (case_name, digest)
) STRICT;


-- As in `schema.sql`: a row that is there already is let be, and REPLACE has no teeth.
CREATE TRIGGER reports_once BEFORE INSERT ON reports
WHEN EXISTS (
    SELECT 1 FROM reports WHERE
    case_name = NEW.case_name AND digest = NEW.digest
) OR EXISTS (SELECT 1 FROM reports WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER readings_once BEFORE INSERT ON readings
WHEN EXISTS (
    SELECT 1 FROM readings WHERE
    case_name = NEW.case_name AND report = NEW.report AND outlet = NEW.outlet
    AND language = NEW.language AND published = NEW.published AND basis = NEW.basis
    AND retrieved = NEW.retrieved AND raw_hash = NEW.raw_hash
) OR EXISTS (SELECT 1 FROM readings WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER stories_once BEFORE INSERT ON stories
WHEN EXISTS (SELECT 1 FROM stories WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'append-only: this row is there already'); END;
CREATE TRIGGER extracted_once BEFORE INSERT ON extracted
WHEN EXISTS (
    SELECT 1 FROM extracted WHERE
    case_name = NEW.case_name AND report = NEW.report AND method = NEW.method
) OR EXISTS (SELECT 1 FROM extracted WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER proposals_once BEFORE INSERT ON proposals
WHEN EXISTS (
    SELECT 1 FROM proposals WHERE
    case_name = NEW.case_name AND digest = NEW.digest
) OR EXISTS (SELECT 1 FROM proposals WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER decisions_once BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'append-only: this row is there already'); END;
CREATE TRIGGER evidence_once BEFORE INSERT ON evidence
WHEN EXISTS (
    SELECT 1 FROM evidence WHERE
    case_name = NEW.case_name AND claim = NEW.claim AND report = NEW.report
    AND span_start = NEW.span_start AND span_end = NEW.span_end AND quoted = NEW.quoted
    AND hedged = NEW.hedged
) OR EXISTS (SELECT 1 FROM evidence WHERE number = NEW.number)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER reports_stay BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'append-only: a report stays'); END;
CREATE TRIGGER reports_kept BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'append-only: a report stays'); END;
CREATE TRIGGER readings_stay BEFORE UPDATE ON readings
BEGIN SELECT RAISE(ABORT, 'append-only: a reading stays'); END;
CREATE TRIGGER readings_kept BEFORE DELETE ON readings
BEGIN SELECT RAISE(ABORT, 'append-only: a reading stays'); END;
CREATE TRIGGER stories_stay BEFORE UPDATE ON stories
BEGIN SELECT RAISE(ABORT, 'append-only: a story is changed by a new row; this one stays'); END;
CREATE TRIGGER stories_kept BEFORE DELETE ON stories
BEGIN SELECT RAISE(ABORT, 'append-only: a story is changed by a new row; this one stays'); END;
CREATE TRIGGER extracted_stay BEFORE UPDATE ON extracted
BEGIN SELECT RAISE(ABORT, 'append-only: what was gone through stays'); END;
CREATE TRIGGER extracted_kept BEFORE DELETE ON extracted
BEGIN SELECT RAISE(ABORT, 'append-only: what was gone through stays'); END;
CREATE TRIGGER proposals_stay BEFORE UPDATE ON proposals
BEGIN SELECT RAISE(ABORT, 'append-only: a proposal stays'); END;
CREATE TRIGGER proposals_kept BEFORE DELETE ON proposals
BEGIN SELECT RAISE(ABORT, 'append-only: a proposal stays'); END;
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'append-only: a decision stays'); END;
CREATE TRIGGER decisions_kept BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'append-only: a decision stays'); END;
CREATE TRIGGER evidence_stay BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'append-only: what a claim rests on stays'); END;
CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'append-only: what a claim rests on stays'); END;
