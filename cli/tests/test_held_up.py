"""`kiem verify guarantee` looks at the dead letters of every service, to the last page."""

from typing import Any
from uuid import UUID

import pytest

from cli.commands import verify
from cli.tokens import OPERATOR

IDEA, OTHER = UUID(int=1), UUID(int=2)


class Reachable:
    """The services, each with the streams of its dead letters."""

    def __init__(self, **letters: list[str]) -> None:
        self.letters = letters

    def get(
        self, service: str, path: str, *, who: Any, params: dict[str, str] | None = None
    ) -> Any:
        assert who is OPERATOR
        streams = self.letters.get(service, [])
        if params is None:
            number = int(path.rpartition("/")[2])
            return {"record": {"stream": streams[number - 1]}}
        after, most = int(params["after"]), int(params["limit"])
        found = [{"id": n} for n in range(1, len(streams) + 1) if n > after]
        return {"items": found[:most]}


def test_every_service_s_letters_are_looked_at_page_by_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "_PAGE", 2)
    reachable: Any = Reachable(
        feedback=["talk-9", f"idea-{IDEA}", f"idea-{IDEA}", f"loop-{OTHER}"],
        metrics=[f"idea-{IDEA}"], ideas=[f"review-{OTHER}"],
    )  # fmt: skip
    assert verify._waiting(reachable) == {
        IDEA: "feedback and metrics", OTHER: "feedback and ideas",
    }  # fmt: skip
