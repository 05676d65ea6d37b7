"""Runs ideas: `python -m ideas [serve | migrate | rewrap | openapi]`."""

import gc

gc.disable()  # a fifth of the start was looking for garbage in what is loaded; `run` looks again

from chassis.process import run
from ideas.main import assemble
from ideas.settings import IdeasSettings

if __name__ == "__main__":
    run("ideas", IdeasSettings, assemble)
