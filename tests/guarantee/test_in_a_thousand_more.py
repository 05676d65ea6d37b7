"""Another thousand random histories, in a file of their own: files run beside each other."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from .test_no_idea_falls_silent import SilenceMachine, histories


@pytest.mark.integration
@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_idea_falls_silent_in_a_thousand_more() -> None:
    run_state_machine_as_test(SilenceMachine, settings=histories(1_000))
