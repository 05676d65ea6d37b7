"""A small one: two months and fifty ideas in a minute of kills. `KIEM_FAULTS_SEED` plays it again.

The full one, 500 ideas and ten minutes, is in `make chaos`.
"""

from pathlib import Path

import pytest

from tests.faults.checker import shown
from tests.faults.months import Months, live
from tests.faults.test_faults import SEED

pytestmark = [pytest.mark.attacks, pytest.mark.timeout(600)]


async def test_months_of_kills_leave_nobody_in_silence_and_tell_everybody_once(
    tmp_path: Path,
) -> None:
    run = Months(SEED, ideas=50, seconds=60, days=70, jumps=10)
    result = await live(run, tmp_path)
    about = f"seed {SEED}, history and logs in {tmp_path}"
    assert not result["wrong"], f"{about}:\n{shown(result['wrong'])}"
    assert result["ideas"] >= 50
    assert result["days"] >= 60
    assert set(result["handed_up"]) == {"lead", "director", "desk"}, about
    assert len(result["killed"]) >= 3, about
