"""The three families of events: what a party says, what a party is told, the mediator's record.

They never share a type (docs/adr/0002): what leaves for a party is made anew from the record. Each
concept has its own module for its events; this one only names them all.
"""

from backchannel.channel import (
    agenda,
    communique,
    oral,
    proposals,
    record,
    returned,
    rounds,
    said,
    texts,
    told,
)

FromParty = (
    said.RulesAccepted
    | said.Said
    | said.Withdrew
    | said.Erased
    | said.HandlingWidened
    | said.Asked
    | said.UseAnswered
    | said.Adhered
    | said.Declined
    | said.StepReported
    | said.StepConfirmed
    | said.StepDisputed
    | proposals.Proposed
    | proposals.Answered
    | proposals.Replied
    | agenda.ItemRaised
    | rounds.RoundAnswered
    | texts.ClauseJudged
    | texts.Commented
    | communique.CommuniqueAnswered
)

ToParty = (
    told.Welcomed
    | told.Conveyed
    | told.ConveyedAsTheirs
    | told.ConveyanceCorrected
    | told.MediatorSaid
    | told.MediatorAsked
    | told.UseRequested
    | told.AccordPut
    | told.AccordReleased
    | told.AccordWithdrawn
    | told.AccordEnded
    | told.StepMarked
    | told.Suspended
    | told.Resumed
    | told.Closed
    | agenda.AgendaShown
    | proposals.ProposalPut
    | proposals.OutcomeTold
    | proposals.ProposalTakenBack
    | rounds.RoundCalled
    | texts.TextShown
    | texts.TextDropped
    | rounds.RoundCancelled
    | communique.CommuniquePut
    | communique.CommuniqueReleased
    | communique.HoldingLineUsed
    | communique.CommuniqueTakenBack
)

Entry = (
    record.Opened
    | record.SeatAdded
    | record.Received
    | returned.Returned
    | record.Welcome
    | record.Frozen
    | record.Thawed
    | record.SeatClosed
    | record.Conveyance
    | record.Correction
    | record.Remark
    | record.Question
    | record.UseRequest
    | record.Drafted
    | record.Putting
    | record.Release
    | record.MirrorRelease
    | record.Withdrawal
    | record.Ending
    | record.Marking
    | record.Suspension
    | record.Resumption
    | record.Closure
    | agenda.AgendaSet
    | proposals.ProposalPutting
    | proposals.OutcomeEntered
    | proposals.ProposalWithdrawal
    | rounds.RoundCall
    | texts.TextVersion
    | texts.TextShowing
    | texts.TextDropping
    | texts.HeardJudgement
    | rounds.RoundCancel
    | rounds.RoundHeld
    | communique.CommuniquePutting
    | communique.CommuniqueRelease
    | communique.HoldingLine
    | communique.CommuniqueWithdrawal
    | oral.Heard
    | oral.HeardTakenBack
    | oral.ToldByMouth
    | oral.HeardAnswer
)
