"""Ports for systems that start beside each other."""

import subprocess
import sys

from local.ports import claim_hundred, free_port, is_free

OF_ANOTHER = "from local.ports import claim_hundred, free_port; print(claim_hundred(), free_port())"


def test_what_is_claimed_is_below_the_ports_of_outgoing_connections() -> None:
    """One of those had a port that a system was to listen on half a minute later."""
    base = claim_hundred()
    assert base % 100 == 0
    assert 10_000 <= base < base + 100 <= 16_000
    assert all(is_free(base + offset) for offset in range(99))


def test_nobody_is_given_what_another_has_claimed_and_does_not_use_yet() -> None:
    """Two systems that came up at once wanted the same ports, which both had found free."""
    mine = {claim_hundred() for _ in range(20)}
    assert len(mine) == 20
    own = {free_port() for _ in range(150)}
    assert len(own) == 150
    told = subprocess.run(
        [sys.executable, "-c", OF_ANOTHER], capture_output=True, text=True, check=True
    )
    theirs = {int(one) // 100 for one in told.stdout.split()}
    assert theirs.isdisjoint({base // 100 for base in mine} | {port // 100 for port in own})


def test_a_claim_ends_with_its_process() -> None:
    """Five processes, one after another, claim more hundreds together than there are."""
    script = "from local.ports import claim_hundred; [claim_hundred() for _ in range(20)]"
    for _ in range(5):
        subprocess.run([sys.executable, "-c", script], check=True)
