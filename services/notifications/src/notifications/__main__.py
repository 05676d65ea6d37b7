"""`python -m notifications`: serves; `migrate` and `openapi` do what they say."""

import gc

gc.disable()  # a fifth of the start was looking for garbage in what is loaded; `run` looks again

from chassis.process import run
from notifications.main import assemble
from notifications.settings import NotificationsSettings

if __name__ == "__main__":
    run("notifications", NotificationsSettings, assemble)
