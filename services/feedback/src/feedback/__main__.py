"""Runs feedback: `python -m feedback [serve | migrate | rewrap | openapi]`."""

import gc

gc.disable()  # a fifth of the start was looking for garbage in what is loaded; `run` looks again

from chassis.process import run
from feedback.main import assemble
from feedback.settings import FeedbackSettings

if __name__ == "__main__":
    run("feedback", FeedbackSettings, assemble)
