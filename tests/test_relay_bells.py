"""Who waits at a mailbox, and what wakes them."""

import asyncio

from backchannel.relay.bells import Bells


def test_a_bell_wakes_all_at_its_mailbox_and_nobody_else() -> None:
    async def run() -> list[bool]:
        bells = Bells(4)
        with bells.waiting(b"a") as one, bells.waiting(b"a") as two, bells.waiting(b"b") as other:
            bells.ring(b"a")
            bells.ring(b"nobody waits here")
            return [bell is not None and bell.is_set() for bell in (one, two, other)]

    assert asyncio.run(run()) == [True, True, False]


def test_no_more_than_the_limit_wait_at_one_mailbox() -> None:
    async def run() -> list[bool]:
        bells = Bells(1)
        with bells.waiting(b"a") as one, bells.waiting(b"a") as two, bells.waiting(b"b") as other:
            refused = [bell is None for bell in (one, two, other)]
        with bells.waiting(b"a") as again:
            return [*refused, again is None]

    assert asyncio.run(run()) == [False, True, False, False]


def test_nothing_is_left_of_those_who_have_gone() -> None:
    async def run() -> int:
        bells = Bells(1)
        with bells.waiting(b"a"), bells.waiting(b"a"):
            pass
        return len(bells) + len(bells._waiting)

    assert asyncio.run(run()) == 0


def test_after_closing_everybody_is_awake() -> None:
    async def run() -> list[bool]:
        bells = Bells(4)
        with bells.waiting(b"a") as before:
            bells.close()
            with bells.waiting(b"a") as after:
                return [bell is not None and bell.is_set() for bell in (before, after)]

    assert asyncio.run(run()) == [True, True]
