"""Runs ideas: `python -m ideas [serve | migrate | rewrap | openapi]`."""

from chassis.process import run
from ideas.main import assemble
from ideas.settings import IdeasSettings

if __name__ == "__main__":
    run("ideas", IdeasSettings, assemble)
