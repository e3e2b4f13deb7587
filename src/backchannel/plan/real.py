"""A plan of a real accord, and what became of it, from a file of `backchannel-sequence/1`.

>>> plan_of(b"{}", "swap.json")
Traceback (most recent call last):
...
backchannel.plan.errors.FileFaultError: swap.json: the field 'schema' is missing
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from backchannel.channel.sequence import Sequence, SequenceError, read_sequence
from backchannel.channel.steps import Basis, Source
from backchannel.plan.amounts import amount
from backchannel.plan.errors import FileFaultError, PlanError
from backchannel.plan.model import Order, Plan, Value

ROUGH = "one coder's rough guess, 0 to 10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of a plan.

    `done`: the day of each step done. `broke_at`: a judgement. `sources`: where each step was read.
    """

    done: Mapping[str, date]
    broke_at: str | None
    status: str
    why: str
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def unverified(self) -> tuple[str, ...]:
        """The steps that nothing supports but memory."""
        memory = (each for each, source in self.sources.items() if source.basis is Basis.MEMORY)
        return tuple(memory)

    def actual(self, plan: Plan) -> Order:
        """Return the steps that were done one by one, by day, then as they stand in the plan."""
        place = {step.id: number for number, step in enumerate(plan.steps)}
        done = sorted(self.done, key=lambda each: (self.done[each], place[each]))
        return tuple((each,) for each in done)


def plan_of(data: bytes, file: str) -> tuple[Plan, Record]:
    """Return the plan and the record of a real accord. Raises: FileFaultError."""
    try:
        sequence = read_sequence(data)
        return _plan(sequence), _record(sequence)
    except (SequenceError, PlanError) as fault:
        raise FileFaultError(file, str(fault)) from fault


def _plan(sequence: Sequence) -> Plan:
    return Plan(
        name=sequence.name,
        title=sequence.title,
        sides=sequence.sides,
        side_of=sequence.side_of,
        steps=sequence.plan,
        values={
            each: Value(cost=amount(worth.cost_to_giver), worth=amount(worth.value_to_receiver))
            for each, worth in sequence.worth.items()
        },
        form=sequence.form,
        mediators=sequence.mediators,
        third_parties=sequence.third_parties,
        readings=sequence.readings,
        scale=ROUGH,
    )


def _record(sequence: Sequence) -> Record:
    return Record(
        done={real.step.id: real.done_on for real in sequence.steps if real.done_on is not None},
        broke_at=sequence.ending.broke_at,
        status=sequence.ending.status,
        why=sequence.ending.why,
        sources={real.step.id: real.source for real in sequence.steps},
    )
