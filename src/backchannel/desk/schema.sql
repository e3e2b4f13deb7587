-- The tables of a desk's vault, as they are in its newest version.
--
-- `vault.create` runs this file once, in one transaction, for a new desk. An existing desk is
-- brought to the same tables by the steps in `vault_database.MIGRATIONS`: whoever changes a table
-- here after a release adds a step there. Every page of the file on disk is encrypted.
--
-- Times are seconds since 1970-01-01 UTC. Booleans are 0 and 1.


-- What the vault says of itself. One row with the name 'schema_version', written by
-- `vault.create`: 1, and one more for each step in MIGRATIONS. A desk whose number is higher
-- than the software knows is refused, because writing to it could lose what is newer.
-- 'desk' names this desk among its copies, and is no secret. 'incarnation' is how often it was
-- taken back into use from a backup or a copy, and once more; 'generation' counts the transactions
-- that wrote. All three also stand in a file outside the vault (incarnation.py).
CREATE TABLE meta (
    name   TEXT PRIMARY KEY,
    value  ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('desk', randomblob(16)), ('incarnation', 1), ('generation', 0);


-- Who may carry letters for this vault just now: at most one row. A courier that dies does not
-- clear it; it lapses at `expires`. `seconds` is the length that was asked for, so that a lease
-- taken under a clock that was far ahead is recognised as soon as the clock is right again.
CREATE TABLE lease (
    only_one  INTEGER PRIMARY KEY CHECK (only_one = 1),
    holder    TEXT    NOT NULL,
    expires   INTEGER NOT NULL,
    seconds   INTEGER NOT NULL CHECK (seconds > 0)
) STRICT;


-- One row for each mediation this desk takes part in, as its mediator or as one of its parties.
-- `channel` is random and known on this desk only. `signing_key` is the private key accords are
-- signed with: of the mediator, or of this party's seat.
CREATE TABLE channels (
    channel      TEXT PRIMARY KEY,
    role         TEXT NOT NULL CHECK (role IN ('mediator', 'party')),
    title        TEXT NOT NULL,
    relay        TEXT NOT NULL,
    pin          BLOB NOT NULL,
    proxy        TEXT NOT NULL,
    signing_key  BLOB NOT NULL
) STRICT, WITHOUT ROWID;


-- One row for each caucus: the private conversation of the mediator with one party. `session` is
-- the ratchet's state: loaded, used and stored inside one transaction, never kept beyond it.
-- `queued` numbers this side's letters, of which those up to `sent` are sealed and those up to
-- `acknowledged` are known to have arrived; of the other side's, those up to `applied` have been
-- applied. `told` is the highest acknowledgement that a sealed letter of ours carries.
-- `receipt` is the last receipt, sent again as the same bytes; empty once a later letter says what
-- it said. `receipts` were sealed since a letter of ours waits to be acknowledged. `heard` is the
-- SHA-256 of the last receipt that came. `new_*_secret` are stored before the relay is asked to
-- replace a secret, and empty when it has. `expires` and `verified` are seconds since 1970 UTC, 0
-- for never and not yet. `epoch` counts the sessions this caucus has had, from 0; letters are counted
-- anew in each. `repair` is empty while all is well, else how far the repair of a lost session is
-- (repairing.py). `carried` plus `acknowledged` is how many *events* of this side the other has.
CREATE TABLE caucuses (
    caucus            TEXT PRIMARY KEY,
    channel           TEXT NOT NULL REFERENCES channels,
    name              TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('invited', 'joined', 'void')),
    session           BLOB NOT NULL,
    needs_code        INTEGER NOT NULL,
    expires           INTEGER NOT NULL,
    verified          INTEGER NOT NULL DEFAULT 0,
    send_box          BLOB NOT NULL,
    send_secret       BLOB NOT NULL,
    read_box          BLOB NOT NULL,
    read_secret       BLOB NOT NULL,
    new_send_secret   BLOB,
    new_read_secret   BLOB,
    queued            INTEGER NOT NULL DEFAULT 0,
    sent              INTEGER NOT NULL DEFAULT 0,
    acknowledged      INTEGER NOT NULL DEFAULT 0,
    applied           INTEGER NOT NULL DEFAULT 0,
    told              INTEGER NOT NULL DEFAULT -1,
    receipt           BLOB,
    receipt_id        BLOB,
    receipt_due       INTEGER NOT NULL DEFAULT 0,
    receipts          INTEGER NOT NULL DEFAULT 0,
    heard             BLOB,
    stale_attempts    INTEGER NOT NULL DEFAULT 0,
    epoch             INTEGER NOT NULL DEFAULT 0,
    repair            TEXT    NOT NULL DEFAULT '',
    carried           INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;


-- What a caucus needs for a repair, on either side: one row for each that was established.
-- `lasting` is what of a session outlives it (seal.repair): identities and keys made from the
-- invitation, and no state of a ratchet. `offer` is this side's prekeys for one repair by the
-- other, in no backup; `laid`: they lie at the relay. `known` is the other side's incarnation.
-- `accepted` is when its last repair was (seconds since 1970 UTC), `allowed`: a person lets it
-- repair once more before the pause is over. Of a repair of our own: `tried` is the offer it was
-- begun with, `ahead` our incarnation as the other side knows it, if that is not below our own,
-- `last` the letter with which the return of what was lost ends, `due` when to look again.
CREATE TABLE repairs (
    caucus    TEXT    PRIMARY KEY REFERENCES caucuses,
    lasting   BLOB    NOT NULL,
    offer     BLOB,
    laid      INTEGER NOT NULL DEFAULT 0,
    known     INTEGER NOT NULL DEFAULT 0,
    accepted  INTEGER NOT NULL DEFAULT 0,
    allowed   INTEGER NOT NULL DEFAULT 0,
    tried     BLOB,
    ahead     INTEGER NOT NULL DEFAULT 0,
    last      INTEGER NOT NULL DEFAULT 0,
    due       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;


-- Events of a restored desk of which it is not known whether they arrived: said again, once the
-- other side has told what it holds.
CREATE TABLE unsaid (
    place   INTEGER PRIMARY KEY AUTOINCREMENT,
    caucus  TEXT    NOT NULL REFERENCES caucuses,
    body    BLOB    NOT NULL
) STRICT;


-- The journal that a channel's state is a fold of, in order. At a party's desk: its own events and
-- what it was told. At the mediator's: its record. `body` is canonical bytes of `wire`. A row
-- with `refused` set stands for a letter of `caucus` that the rules refused: it counts, no more;
-- 2 in the place of 1: one of this side's own, which the other had refused and could not return.
CREATE TABLE events (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    channel  TEXT    NOT NULL REFERENCES channels,
    caucus   TEXT    NOT NULL,
    refused  INTEGER NOT NULL DEFAULT 0,
    body     BLOB    NOT NULL
) STRICT;
CREATE INDEX events_of_channel ON events (channel, place);


-- Letters of this side that the peer has not acknowledged. `letter` is empty until the window has
-- room, and then never changes: the identical ciphertext is sent again. `due` is when to put it
-- next (seconds since 1970 UTC).
CREATE TABLE outbox (
    caucus     TEXT    NOT NULL REFERENCES caucuses,
    counter    INTEGER NOT NULL,
    body       BLOB    NOT NULL,
    letter_id  BLOB    NOT NULL,
    letter     BLOB,
    due        INTEGER NOT NULL DEFAULT 0,
    tries      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (caucus, counter)
) STRICT, WITHOUT ROWID;


-- Letters opened after a gap, waiting for the one before; `since` is when this one came.
CREATE TABLE held (
    caucus   TEXT    NOT NULL REFERENCES caucuses,
    counter  INTEGER NOT NULL,
    body     BLOB    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (caucus, counter)
) STRICT, WITHOUT ROWID;


-- At a party's desk: when the mediator's desk was first known to have this side's events up to this
-- number (seconds since 1970 UTC). So a party sees whether its answer was confirmed in time.
CREATE TABLE confirmed (
    caucus  TEXT    NOT NULL REFERENCES caucuses,
    upto    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (caucus, upto)
) STRICT, WITHOUT ROWID;


-- At the mediator's desk: when the last collection began that left nothing in the mailbox of the
-- caucus (seconds since 1970 UTC). What was sent before has come, unless the relay withholds it.
CREATE TABLE collected (
    caucus  TEXT    PRIMARY KEY REFERENCES caucuses,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;


-- What the relay is still to be asked for a caucus, in order, as bytes of `post`: opening its
-- mailboxes, laying down the bundle, replacing secrets, closing.
CREATE TABLE errands (
    errand   INTEGER PRIMARY KEY AUTOINCREMENT,
    caucus   TEXT NOT NULL REFERENCES caucuses,
    request  BLOB NOT NULL
) STRICT;


-- Tries to join that were refused, each counted once however often the relay plays it.
CREATE TABLE attempts (
    caucus   TEXT NOT NULL REFERENCES caucuses,
    attempt  BLOB NOT NULL,
    PRIMARY KEY (caucus, attempt)
) STRICT, WITHOUT ROWID;


-- Letters that were not the peer's. Bounded: the oldest go.
CREATE TABLE quarantine (
    place   INTEGER PRIMARY KEY AUTOINCREMENT,
    caucus  TEXT NOT NULL REFERENCES caucuses,
    at      INTEGER NOT NULL,
    letter  BLOB NOT NULL
) STRICT;


-- What the desk adds to the channel: verification, refusals, overrides, attempts to join. Shown to
-- people; `words` never hold another party's words.
CREATE TABLE journal (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    channel  TEXT    NOT NULL,
    caucus   TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    words    TEXT    NOT NULL
) STRICT;


-- Vouchers not used yet, each good for opening one mailbox.
CREATE TABLE vouchers (
    channel  TEXT NOT NULL REFERENCES channels,
    voucher  BLOB NOT NULL,
    PRIMARY KEY (channel, voucher)
) STRICT, WITHOUT ROWID;


-- What was typed into a page's form and not sent yet: the page's address, the form's, and the fields
-- as JSON. Bounded: the oldest go. Nothing of it was said to anybody.
CREATE TABLE drafts (
    page    TEXT    NOT NULL,
    form    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    fields  TEXT    NOT NULL,
    PRIMARY KEY (page, form)
) STRICT, WITHOUT ROWID;
