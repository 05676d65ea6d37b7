"""Ideas in a process of its own, for one import, so that a test may have it killed."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from chassis.settings import load
from ideas.settings import IdeasSettings
from services.ideas.tests.house import Feedback, opened


async def main(body: dict[str, Any]) -> None:
    async with opened(load(IdeasSettings), Feedback(url="http://127.0.0.1:1")) as house:
        answer = await house.post("/imports/history", body, "olga:operator")
        assert answer.status_code == 200, answer.text


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
