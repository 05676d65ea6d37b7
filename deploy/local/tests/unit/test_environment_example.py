"""`.env.example` names everything that the container system asks for."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_every_required_variable_of_the_compose_file_is_in_the_example() -> None:
    required = set(re.findall(r"\$\{(\w+):?\?", (ROOT / "docker-compose.yml").read_text()))
    offered = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert required <= offered
    assert required, "the compose file asks for nothing: is this test still about something?"
