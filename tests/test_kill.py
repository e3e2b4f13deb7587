"""kill -9 at every stop of a letter's way: nothing typed or shown is lost or doubled."""

import subprocess
from pathlib import Path

import pytest

from desk_process import STOPS
from kills import DESKS, Scene, begin, one_kill, scene

pytestmark = pytest.mark.processes


def test_killed_at_every_stop_nothing_typed_or_shown_is_lost_or_doubled(tmp_path: Path) -> None:
    with scene(tmp_path, seed=3) as built:
        begin(built)
        for number, stop in enumerate(STOPS[:10]):
            one_kill(built, stop, skip=number % 2)
        built.say("party", 2)
        built.run("party", "sync")
        built.kill_relay()
        built.settle()
        built.decide()
        assert built.kills >= 8, "the kills did not find their stops"
        built.judge()


@pytest.mark.parametrize("stop", ["before rotate", "after rotate"])
def test_killed_while_the_secrets_are_replaced_nobody_is_locked_out(
    tmp_path: Path, stop: str
) -> None:
    with scene(tmp_path, seed=4) as built:
        begin(built, "--halt-at", stop)
        assert built.kills == 1
        built.say("party", 1)
        built.settle()
        built.judge()
        assert built.confirmed["say"] == [0]


def carry(built: Scene, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(built.command(name, "carry"), stdout=subprocess.PIPE, text=True)


def test_couriers_at_work_carry_both_ways_and_can_be_killed(tmp_path: Path) -> None:
    with scene(tmp_path, seed=5) as built:
        begin(built)
        couriers = [carry(built, name) for name in DESKS]
        try:
            built.say("party", 5)
            built.say("mediator", 5)
            until_shown(built, "mediator", "SAID", 5)
            until_shown(built, "party", "TOLD", 5)
        finally:
            for courier in couriers:
                courier.kill()
                courier.wait()
                assert courier.stdout is not None
                courier.stdout.close()
        built.settle()
        built.judge()


def until_shown(built: Scene, name: str, marker: str, count: int) -> None:
    for _ in range(1_000):
        if len(built.shown(name, marker)) == count:
            return
    pytest.fail(f"{name} never showed all that was said")


def test_a_second_courier_is_refused_and_a_stopped_one_gives_the_lease_back(
    tmp_path: Path,
) -> None:
    with scene(tmp_path, seed=6) as built:
        desk = built.desk("party")
        desk.vault.take_lease("somebody else", desk.now(), 60)
        assert built.run("party", "carry") == ["BUSY"]
        desk.vault.release_lease("somebody else")
        with carry(built, "party") as courier:
            for _ in range(100_000):
                with desk.vault.read() as connection:
                    if connection.execute("SELECT holder FROM lease").fetchall():
                        break
            courier.terminate()
            assert courier.wait(10) == 0
        desk.vault.take_lease("the next one", desk.now(), 60)
        desk.vault.close()


def test_a_relay_that_is_down_is_told_once_and_found_again(tmp_path: Path) -> None:
    with scene(tmp_path, seed=8) as built:
        begin(built)
        port = built.relay.port
        built.relay.kill()
        with carry(built, "mediator") as courier:
            assert courier.stdout is not None
            assert "cannot be reached" in courier.stdout.readline()
            built.relay = type(built.relay)(tmp_path / "relay", "--port", str(port))
            assert courier.stdout.readline() == "the relay answers again\n"
            courier.kill()
