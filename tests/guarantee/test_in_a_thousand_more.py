"""Another thousand random histories, in a file of their own: files run beside each other."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from .test_no_idea_falls_silent import SilenceMachine, histories


class OtherHistories(SilenceMachine):
    """Where the cases are the same each time, they are so for each machine: this draws others."""


@pytest.mark.integration
@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_idea_falls_silent_in_a_thousand_more() -> None:
    run_state_machine_as_test(OtherHistories, settings=histories(1_000))
