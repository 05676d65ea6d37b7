"""Domain time follows the database and never runs backward."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import SLOWEST, Clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Machine:
    """A database clock and a monotonic one, both moved by hand."""

    def __init__(self) -> None:
        self.database, self.monotonic, self.answers_after = NOON, 100.0, 0.0

    async def read(self) -> datetime:
        self.monotonic += self.answers_after
        return self.database


def clock_on(machine: Machine) -> Clock:
    return Clock(machine.read, lambda: machine.monotonic)


def test_a_clock_that_was_never_set_says_so_instead_of_guessing() -> None:
    with pytest.raises(RuntimeError, match="sync"):
        clock_on(Machine()).now()


async def test_between_two_looks_time_goes_on_by_itself() -> None:
    machine = Machine()
    clock = clock_on(machine)
    await clock.sync()
    machine.monotonic += 0.75

    assert clock.now() == NOON + timedelta(seconds=0.75)


async def test_moving_the_database_forward_moves_everybody() -> None:
    machine = Machine()
    clock = clock_on(machine)
    await clock.sync()
    machine.database += timedelta(days=30)
    await clock.sync()

    assert clock.now() == NOON + timedelta(days=30)


async def test_an_answer_that_took_long_does_not_move_the_clock() -> None:
    machine = Machine()
    clock = clock_on(machine)
    await clock.sync()
    machine.answers_after = SLOWEST * 2
    machine.database += timedelta(hours=1)
    await clock.sync()

    assert clock.now() == NOON + timedelta(seconds=SLOWEST * 2)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e4)), max_size=20))
async def test_it_never_goes_backward_whatever_the_database_says(
    steps: list[tuple[float, float]],
) -> None:
    machine = Machine()
    clock = clock_on(machine)
    await clock.sync()
    seen = [clock.now()]
    for jump, passed in steps:
        machine.database += timedelta(seconds=jump)
        machine.monotonic += passed
        await clock.sync()
        seen.append(clock.now())

    assert seen == sorted(seen)
