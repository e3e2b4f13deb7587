"""The promises of the courier's lease: one at a time, and none for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backchannel.desk.errors import CourierBusyError
from backchannel.desk.vault import Vault, create, open_vault
from backchannel.desk.vault_key import Cost

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND = "courier 11", "courier 22"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    create(tmp_path / "north", "a long walk", cost=Cost(memory_kib=64, passes=1, lanes=1))
    with open_vault(tmp_path / "north", "a long walk") as vault:
        yield vault


def after(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_second_courier_is_refused_and_told_who_and_until_when(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    with pytest.raises(CourierBusyError, match=r"courier 11.*until 12:00:30 UTC"):
        vault.take_lease(SECOND, after(29), 30)


def test_the_lease_of_a_courier_that_died_lapses(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.take_lease(SECOND, after(30), 30)
    with pytest.raises(CourierBusyError, match="courier 22"):
        vault.renew_lease(FIRST, after(31), 30)


def test_a_renewed_lease_holds_on(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.renew_lease(FIRST, after(25), 30)
    with pytest.raises(CourierBusyError):
        vault.take_lease(SECOND, after(40), 30)


def test_a_courier_that_was_late_but_not_replaced_may_go_on(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.renew_lease(FIRST, after(300), 30)
    with pytest.raises(CourierBusyError):
        vault.take_lease(SECOND, after(301), 30)


def test_taking_ones_own_lease_again_renews_it(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.take_lease(FIRST, after(20), 30)
    with pytest.raises(CourierBusyError, match="12:00:50"):
        vault.take_lease(SECOND, after(45), 30)


def test_a_released_lease_is_free_at_once_and_cannot_be_renewed(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.release_lease(FIRST)
    with pytest.raises(CourierBusyError, match="take it again"):
        vault.renew_lease(FIRST, after(1), 30)
    vault.take_lease(SECOND, after(1), 30)


def test_nobody_releases_the_lease_of_another(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    vault.release_lease(SECOND)
    with pytest.raises(CourierBusyError):
        vault.take_lease(SECOND, after(1), 30)


def test_a_lease_taken_under_a_clock_a_year_ahead_does_not_block_for_a_year(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON + timedelta(days=365), 30)
    vault.take_lease(SECOND, NOON, 30)


def test_a_clock_set_back_by_seconds_frees_no_lease(vault: Vault) -> None:
    vault.take_lease(FIRST, NOON, 30)
    with pytest.raises(CourierBusyError):
        vault.take_lease(SECOND, after(-10), 30)


def test_a_time_without_a_zone_is_refused(vault: Vault) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        vault.take_lease(FIRST, NOON.replace(tzinfo=None), 30)


def test_a_lease_outlives_the_process_that_took_it(vault: Vault, tmp_path: Path) -> None:
    with open_vault(tmp_path / "north", "a long walk") as other:
        other.take_lease(FIRST, NOON, 30)
    with pytest.raises(CourierBusyError):
        vault.take_lease(SECOND, after(1), 30)
