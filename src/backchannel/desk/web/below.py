"""Sentences that are made below the page, for the command line too, and shown on pages.

Each stands here in English as it is made there, with a name for each place that something is
written into. `languages.Language.sentence` recognises them by their fixed words; a sentence that is
not here is shown in English, and marked as English.
"""

from typing import Final

# What an entry of a caucus is called: desk/screen/entry_words.py and its neighbours.
CLAUSES: Final = (
    "note, %(handling)s",
    "offer, %(handling)s",
    "comment on clause %(clause)s of version %(version)s, %(handling)s",
    "answers %(key)s",
    "only if they first say: %(words)s",
    "accepts the rules, and will sign with the key %(key)s",
    "withdraws note %(key)s",
    "erases note %(key)s",
    "widens note %(key)s: %(handling)s",
    "allows the use asked for in %(key)s",
    "denies the use asked for in %(key)s",
    "asks",
    "asks (not answered yet)",
    "welcomes %(name)s to %(title)s; its rules:",
    "conveys %(attribution)s",
    "conveys as the words of %(name)s",
    "corrects %(key)s; in its place stands:",
    "says",
    "says, answering %(key)s",
    "asks to use note %(key)s %(attribution)s (%(state)s), in these words:",
    "suspends the talks",
    "lets the talks go on",
    "closes the channel: %(state)s",
    "adheres to %(title)s (%(key)s)",
    "declines %(title)s (%(key)s)",
    "reports step %(step)s of %(title)s (%(key)s) %(state)s",
    "reports step %(step)s of %(title)s (%(key)s) %(state)s, done on %(day)s",
    "confirms step %(step)s of %(title)s (%(key)s)",
    "disputes step %(step)s of %(title)s (%(key)s)",
    "puts %(title)s (%(key)s); read it with `backchannel accord show`",
    "releases %(title)s (%(key)s): it is in force",
    "puts %(title)s (%(key)s) no longer",
    "enters step %(step)s of %(title)s (%(key)s): %(state)s by %(name)s",
    "enters step %(step)s of %(title)s (%(key)s): %(state)s by %(name)s, done on %(day)s",
    "source: %(words)s",
    "enters that %(title)s (%(key)s) has ended",
    "answers the proposal %(key)s",
    "it came after the outcome and does not count",
    "does not answer the proposal %(key)s yet: %(state)s",
    "puts a proposal (%(state)s):",
    "puts a proposal, in the place of %(key)s (%(state)s):",
    "enters the outcome: the proposal %(key)s is %(state)s",
    "the answer of this caucus was counted",
    "the answer of this caucus was not counted, or none was given",
    "puts the proposal %(key)s no longer",
    "asks to put on the agenda: %(words)s",
    "shows no agenda any more",
    "shows the agenda: %(words)s",
    "agrees to communique %(key)s",
    "does not agree to communique %(key)s",
    "puts communique %(key)s; the whole of it: `backchannel communique show`",
    "releases communique %(key)s: from now on it may be said in public",
    "says that the holding line of communique %(key)s is to be used, and nothing else",
    "puts communique %(key)s no longer",
    "shows version %(version)s of %(title)s; read it with `backchannel text show`",
    "on clause %(clause)s of version %(version)s: %(state)s",
    "works on text %(key)s no longer",
    "calls to round %(key)s on %(day)s UTC, %(words)s",
    "cancels round %(key)s",
    "does not come to round %(key)s",
    "comes to round %(key)s",
    "comes to round %(key)s: %(words)s",
    "heard by mouth (%(way)s); %(handling)s",
    "told by mouth (%(way)s); %(handling)s",
    "in person, %(name)s",
    "by telephone, %(name)s",
    "through somebody else, %(name)s",
    "the desk",
    "step %(step)s",
    "grace ends, outcome",
)
# How a caucus, an answer and the courier stand.
STATES: Final = (
    "no desk",
    "void",
    "invited",
    "joined",
    "letter %(number)s is missing for %(minutes)s min, %(count)s wait behind it",
    "something is missing for %(minutes)s min, and later letters wait behind it",
    "You have not answered.",
    "You have not answered; %(when)s.",
    "Your answer is not confirmed yet by the mediator's desk; %(when)s.",
    "the deadline has passed",
    "the deadline is in %(hours)s h %(minutes)s min",
    "Your answer was confirmed, in time.",
    "Your answer was confirmed at %(time)s, in time.",
    "The deadline passed before your answer was confirmed: it may not count; ask the mediator.",
    "Your answer was counted.",
    "Your answer came after the outcome and was not counted.",
    "Your answer was never opened, and never will be.",
    "The courier starts.",
    "The courier carries letters.",
    "the relay answers again",
    "Letters are not carried: %(why)s",
    "Letters are carried by another courier: %(why)s",
    "the relay cannot be reached (%(words)s)",
)
# What the desk notes in its journal.
JOURNAL: Final = (
    *("joined", "waiting", "warned", "override", "revoked", "refused", "restored", "repaired"),
    *("repair", "repair waits", "breach", "mismatch", "verified", "join attempt", "old copy"),
    *("not said", "relay refused"),
    "%(name)s joined; compare the safety words over another way before conveying",
    "the safety words were compared and fit",
    "the safety words do NOT fit",
    "went on although warned: %(why)s",
    "went on although %(name)s was not verified: %(words)s",
    "the caucus with %(name)s was closed by this desk; the name can be invited again",
    "somebody tried to join as %(name)s without the right spoken code; %(left)s tries left",
    "three wrong spoken codes for %(name)s: the invitation is void, invite again",
    (
        "somebody tried to join as %(name)s a second time with its invitation and was refused: the "
        "invitation was copied, or the party tried again from another desk; ask it"
    ),
    "not welcomed yet: %(why)s",
    "clause %(clause)s: %(name)s has said nothing of it as it is now",
    "clause %(clause)s: %(name)s (%(state)s)",
)
# What is refused, by the page itself and by what it asks.
REFUSALS: Final = (
    "%(last)s is before %(first)s: give a day that is not before the first",
    (
        "%(name)s has no desk: what it is told is told by mouth and recorded with `backchannel "
        "told`; `backchannel invite` gives it a desk"
    ),
    "%(name)s has not joined yet: there are no safety words",
    "%(words)s chooses nothing; write each as: issue = option",
    "%(words)s has no desk at which it could agree: leave it out, or give it a desk first",
    "%(words)s has no open seat here; choose parties of it",
    "%(words)s has no open seat here; choose parties of this channel",
    "%(words)s is no date: write it as 2023-09-18",
    "%(words)s is no number of minutes: write 0 to %(a_year)s, or nothing",
    (
        "%(words)s is no time: write 2026-03-01, 2026-03-01T12:00Z, 2026-03-01 12:00+03:30 or, "
        "in your own zone, 2026-03-01 12:00"
    ),
    (
        "%(words)s is not understood; write a note and its use, such as 1a2b3c4d = %(words2)s; "
        "the uses are %(words3)s"
    ),
    "a party agrees at its own desk, not the mediator",
    "an accord is signed at the desk of a party that was welcomed",
    "an invitation is valid for 1 to %(most)s hours, not %(hours)s",
    (
        "an invitation needs two vouchers of the relay and %(count)s are left: ask the relay's "
        "operator for more and add them to the channel"
    ),
    "an item of this short name stands there; change it, or name another",
    "choose a note of %(name)s that you would use",
    "choose a version, and the parties that are shown it",
    "choose an accord; nothing was exported",
    "choose as whose words",
    "choose how far it has come",
    "choose how it was spoken",
    "choose one of the formats",
    "choose the form of the accord",
    "choose the parties that it goes to",
    "choose the party whose caucus it is",
    "choose the words that stay",
    "choose what the record says of the step",
    "choose what you need before you can answer",
    "choose what you say of the step",
    "choose where you stand on this clause",
    "choose whether the talks are suspended, go on, or end, and how",
    "choose whether you accept or refuse",
    "choose whether you agree",
    "choose whether you allow or deny it",
    "choose whether you come",
    "choose who said it, where it stands and how it was said",
    "confirm that it goes to %(words)s; nothing was sent",
    (
        "it is not carried so far; that it is not carried at all can be said only after the "
        "deadline and its grace, from %(time)s UTC on"
    ),
    "it was held for you to look once more, for %(left)s more seconds; nothing was sent",
    (
        "letters of %(name)s are missing, and an answer given in time may be among them: wait "
        "until they have come, or take the proposal back"
    ),
    "line %(line_num)s is no CSV (%(error)s)",
    (
        "line %(number)s of the steps has %(words)s parts; %(fewest)s to %(most)s are expected: "
        "%(parts)s"
    ),
    "line %(number)s of the steps: %(words)s is no category; there are %(known)s",
    "not all agree to the communique (missing: %(names)s): nothing of it is said before they do",
    "not all have adhered (missing: %(names)s): all are released or none",
    "not every party was verified; nothing was sent",
    "nothing of this kind was conveyed to %(name)s; look at the list again",
    "nothing of this kind was heard from %(name)s; look at the list again",
    "nothing was exported",
    "say as whose words it is conveyed",
    "say as whose words you would use it",
    "say in which words, or name exactly one note to convey as it is",
    "say when the round begins",
    "step %(step)s is owed by %(name)s, which reports it itself",
    "step %(step)s is owed by %(name)s: others confirm it",
    "the accord is %(state)s: it can be answered while it is put",
    "the accord is %(state)s: steps are reported while it is in force",
    "the accord is not in force yet: not all its signatures are released",
    "the agenda has the places 1 to %(places)s, not %(words)s",
    "the caucus with %(name)s is closed already",
    (
        "the channel has no relay yet, and a desk needs one: give it one with `backchannel "
        "channel relay URL --vouchers FILE`"
    ),
    "the desk is locked; unlock it with its passphrase",
    "the item is just so already: nothing was changed",
    (
        "the mailbox of %(name)s was not emptied since the deadline and its grace: answers given "
        "in time may lie there; run `backchannel sync`, then ask again"
    ),
    "the mediator alone writes the text; a party comments on its clauses",
    "the mediator's desk has not laid down its keys yet: ask it to connect, then try again",
    "the mediator's welcome has not arrived yet",
    "the passphrase is empty: enter the one the desk was created with",
    "the pin is not hexadecimal: copy what stands after `pin`",
    "the proposal is %(state)s and waits for no answer any more: ask the mediator to put it again",
    (
        "the relay does not let this invitation in: it was used or closed already, or the "
        "mediator's desk has not connected yet; if you have not used it, tell the mediator over "
        "another way, for somebody else may have"
    ),
    "the round would have begun already; name a time to come",
    "the rules of this channel are not accepted yet; accept them first",
    (
        "the safety words of %(name)s have not been compared: compare them over another way "
        "first, or give a reason for going on without, which is recorded"
    ),
    (
        "the safety words of %(words)s were not compared: compare them, or say why it is put "
        "nevertheless"
    ),
    (
        "The safety words of %(words)s were not compared: compare them, or say why it is shown "
        "nevertheless."
    ),
    (
        "the safety words of this caucus have not been compared: a signature is given only to a "
        "mediator who was verified; compare them over another way first"
    ),
    "the seat %(name)s is frozen: nothing goes to it until it is thawed",
    "the seat of %(words)s is frozen: nothing goes there; leave it out",
    "there is a newer version now, number %(words)s: read it, then say it again; nothing was done",
    "there is a seat %(name)s already; choose another name",
    "there is no such accord here; go back to the accords",
    "there is no such channel at this desk; go back to the list of channels",
    "there is no such clause in the last version; go back to the text",
    "there is no such communique here; go back to the communiques",
    "there is no such item here; go back to the agenda",
    "there is no such kind of entry; choose one of the list",
    "there is no such note of yours here; go back to the caucus",
    "there is no such party in this channel; choose one of the list",
    "there is no such party in this channel; go back to the channel's page",
    "there is no such proposal here; go back to the proposals",
    "there is no such request here; look at the list again",
    "there is no such round here; go back to the rounds",
    "there is no such text here; go back to the texts",
    (
        "there is nothing to compare: this desk has versions 1 to %(last)s; choose an earlier "
        "and a later one"
    ),
    (
        "these are not the safety words of this caucus: somebody may stand between; hear them "
        "again, and if they still differ, close the caucus and invite again over a safe way"
    ),
    "this desk has a channel %(title)s already; choose another title",
    "this desk has joined with this invitation already",
    "this invitation expired %(time)s UTC: ask the mediator for another one",
    "this invitation needs the short code that the mediator says to you",
    "This invitation needs the short code that the mediator says to you.",
    "this is done by the author of a note, at its own desk",
    "this is not the passphrase of this desk; nothing is lost, try again",
    "this is still to come: give the time at which it was spoken",
    "this item is not on the agenda any more; go back to the agenda",
    (
        "this passphrase does not open the desk: check keyboard layout and capitals, and enter "
        "it again"
    ),
    "this proposal is answered already, and an answer is final",
    "this was not shown before; look at it first, then confirm it",
    "tick that you want a file that is not encrypted; nothing was written",
    "tick that you want to drop it; nothing was done",
    "tick that you want to open the answers; nothing was opened",
    "tick that you want to put it no longer; nothing was done",
    "tick that you want to take it off; nothing was done",
    "tick what you allow beyond what the note allows already",
    "Type %(party)s, to sign this text for it. Nothing was signed.",
    "who does not come sends nobody; leave the names out",
    "whom it reaches has changed since it was shown; look at it once more; nothing was sent",
    "write one offer at least: an option of an issue",
    "write the hours as a whole number, such as 168 for a week",
    "write what is to stand in its place",
)

SENTENCES: Final = (*CLAUSES, *STATES, *JOURNAL, *REFUSALS)
