"""Makes what lets Kafka start sooner (`local.warm`): a node that serves nobody starts, and ends."""

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from local.jars import alone, cache_folder
from local.kafka import Kafka
from local.ports import free_port
from local.warm import is_ready, kept


def make() -> None:
    """Make it where it is not there; ten seconds of work, once for this Java and these jars."""
    target = kept()
    if target is None:
        return
    with alone(target.with_suffix(".lock")):
        if target.exists():
            return
        for left in cache_folder().glob("warming-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="warming-") as work:
            made = Path(work) / target.name
            made.touch()  # where Java writes nothing, it is not tried at each start again
            _run(Path(work) / "node", made)
            made.replace(target)


def _run(folder: Path, made: Path) -> None:
    """Let a node start and end; Java writes the file at its end, unless it is killed."""
    node = Kafka(folder, free_port(), java=[f"-XX:AOTCacheOutput={made}"])
    try:
        node.start()
        node.stop()
    finally:
        node.kill()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not is_ready():
        print("  Making Kafka start sooner from now on (once) …", flush=True)
        try:
            make()
        except Exception as error:  # noqa: BLE001 - a help and no more: without it all works as ever
            print(f"  That did not work, and is not needed: {error}", file=sys.stderr)
