"""Runs feedback: `python -m feedback [serve | migrate | rewrap | openapi]`."""

from chassis.process import run
from feedback.main import assemble
from feedback.settings import FeedbackSettings

if __name__ == "__main__":
    run("feedback", FeedbackSettings, assemble)
