"""kill -9 in the middle of an import: run again, it ends as if nothing had been."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from chassis.migrate import migrate
from contracts.imported import imported_idea
from local.databases import create_database
from local.postgres import Postgres
from services.ideas.tests.house import Feedback, House, opened, settings_for

pytestmark = [pytest.mark.integration, pytest.mark.faults]

ROOT = Path(__file__).parents[4]
IDEAS = 12
KINDS = ("submitted", "under_review", "accepted", "under_review", "pilot_started")
HAPPENED = [
    "IdeaSubmitted", "IdeaTakenUnderReview", "IdeaAccepted", "IdeaReopened", "PilotStarted",
]  # fmt: skip


def history(source: str) -> dict[str, Any]:
    """Return the lines of some ideas, mixed as in a file that is in time order."""
    ideas = [
        {
            "key": str(idea),
            "steps": [
                {
                    "line": number * IDEAS + idea + 1,
                    "step": kind,
                    "at": f"2020-01-{number + 1:02}T00:00:{idea:02}Z",
                    "authors": ["anna"],
                    "title": "Fietsen",
                }
                for number, kind in enumerate(KINDS)
            ],
        }
        for idea in range(IDEAS)
    ]
    return {"source": source, "cutover": "2026-03-02T09:00:00Z", "ideas": ideas}


@pytest.fixture
async def house(own_postgres: Postgres) -> AsyncIterator[House]:
    """Ideas on a PostgreSQL that writes through to the disk."""
    database = await create_database(
        own_postgres.url, "kiem_ideas", owner_password="owner", app_password="app"
    )
    settings = settings_for(database)
    await migrate("ideas", settings)
    async with opened(settings, Feedback(url="http://127.0.0.1:1")) as found:
        yield found


def environment(house: House, **more: str) -> dict[str, str]:
    told = {
        f"KIEM_{name.upper()}": str(
            value.get_secret_value() if isinstance(value, SecretStr) else value
        )
        for name, value in house.settings
        if value is not None
    }
    return {**os.environ, **told, "PYTHONPATH": str(ROOT), **more}


async def killed(house: House, told: Path, point: str) -> str:
    """Let another process import, and die at a point; return what it says it reached."""
    reached = told.with_suffix(".reached")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.ideas.tests.one_import", str(told), cwd=ROOT,
        env=environment(house, KIEM_FAILPOINTS=point, KIEM_FAILPOINTS_REACHED=str(reached)),
    )  # fmt: skip
    async with asyncio.timeout(50):
        assert await process.wait() == -signal.SIGKILL
    return reached.read_text()


@pytest.mark.parametrize("point", ["store.appended:1", "store.appended:5", "store.appended:12"])
async def test_an_import_that_is_killed_and_run_again_records_each_line_once(
    house: House, tmp_path: Path, point: str
) -> None:
    source = "box"
    told = tmp_path / "history.json"
    told.write_text(json.dumps(history(source)))
    assert await killed(house, told, point) == "store.appended\n"
    before = len(await house.rows("SELECT FROM event"))
    assert before < IDEAS * len(KINDS)
    answer = await house.post("/imports/history", history(source), "olga:operator")
    results = Counter(item["result"] for item in answer.json()["items"])
    # What was committed is known, what was not is recorded: whole ideas, nothing twice.
    assert results == Counter(known=before, recorded=IDEAS * len(KINDS) - before)
    assert before % len(KINDS) == 0
    for idea in range(IDEAS):
        events = await house.events(imported_idea(source, str(idea)))
        assert [type(event).__name__ for event in events] == HAPPENED
        assert [getattr(event, "due", None) is None for event in events] == [True] * 4 + [False]
    again = await house.post("/imports/history", history(source), "olga:operator")
    assert {item["result"] for item in again.json()["items"]} == {"known"}
    assert len(await house.rows("SELECT FROM event")) == IDEAS * len(KINDS)
    assert len(await house.rows("SELECT FROM outbox")) == IDEAS * len(KINDS)
