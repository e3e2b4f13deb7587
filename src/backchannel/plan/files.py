"""Whichever file holds a plan: the project's own, or one of a real accord.

>>> read_file(b"[]", "talks.json")
Traceback (most recent call last):
...
backchannel.plan.errors.FileFaultError: talks.json: an object is expected, not a list
"""

from backchannel.channel.errors import MalformedError
from backchannel.channel.sequence import SCHEMA
from backchannel.channel.strict_json import read_json
from backchannel.plan.errors import FileFaultError
from backchannel.plan.model import Plan
from backchannel.plan.own_file import FORMAT, read_own
from backchannel.plan.real import Record, plan_of


def read_file(data: bytes, file: str) -> tuple[Plan, Record | None]:
    """Return the plan, and what became of it if the file tells that. Raises: FileFaultError."""
    try:
        fields = read_json(data, MalformedError).mapping()
    except MalformedError as fault:
        raise FileFaultError(file, str(fault)) from fault
    if "format" in fields:
        return read_own(data, file)
    if "schema" in fields:
        return plan_of(data, file)
    raise FileFaultError(
        file, f"neither 'format' ({FORMAT!r}) nor 'schema' ({SCHEMA!r}) says what it is"
    )
