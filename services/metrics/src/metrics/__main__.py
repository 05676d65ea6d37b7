"""Runs metrics: `python -m metrics [serve | migrate | rewrap | openapi | kpis]`."""

import gc
import sys

gc.disable()  # a fifth of the start was looking for garbage in what is loaded; `run` looks again

from chassis.process import run
from metrics.domain.page import page
from metrics.main import assemble
from metrics.settings import MetricsSettings

if __name__ == "__main__":
    if sys.argv[1:] == ["kpis"]:
        sys.stdout.write(page())  # docs/kpis.md
    else:
        run("metrics", MetricsSettings, assemble)
