"""Runs one throw-away server for a test session, and ends it when the last test process is gone.

`python -m tests.guardian postgres|kafka FOLDER`. The test processes hold a shared lock on
FOLDER/users; the kernel releases it however they end, so nothing can be left behind.
"""

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.kafka import Kafka, new_cluster_id
from local.ports import LOOPBACK, free_port
from local.postgres import Postgres
from local.trouble import Trouble

POSTGRES_IMAGE = "postgres:18.6"
KAFKA_IMAGE = "apache/kafka:4.3.1"
# `containers` leaves out the local processes: for the test of that way, and for whoever wants it.
PROVIDER = "KIEM_TEST_PROVIDER"
Stop = Callable[[], None]


def local_server(kind: str, folder: Path) -> tuple[str, Stop]:
    """Start a local process; return its address and how to end it."""
    if kind == "postgres":
        postgres = Postgres(folder / kind, free_port(), durable=False)
        return postgres.start(), postgres.remove
    kafka = Kafka(folder / kind, free_port())
    return kafka.start(), kafka.stop


def container(kind: str) -> tuple[str, Stop]:
    """Start a container, but only from an image that is there: a daemon alone proves nothing."""
    os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # this process ends the container itself
    return _postgres_container() if kind == "postgres" else _kafka_container()


def _postgres_container() -> tuple[str, Stop]:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415

    _require_image(POSTGRES_IMAGE)
    server = PostgresContainer(POSTGRES_IMAGE, username="kiem", password="kiem", driver=None)
    server.with_command("postgres -c max_connections=300 -c fsync=off").start()
    return server.get_connection_url(), server.stop


def _kafka_container() -> tuple[str, Stop]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415

    _require_image(KAFKA_IMAGE)
    port = free_port()
    server = DockerContainer(KAFKA_IMAGE).with_bind_ports("9092/tcp", port)
    server.with_envs(**_kafka_settings(port)).start()
    _wait_for_kafka(port)
    return f"{LOOPBACK}:{port}", server.stop


def _kafka_settings(port: int) -> dict[str, str]:
    return {
        "CLUSTER_ID": new_cluster_id(),  # the image gives every cluster the same one
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "CLIENT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"CLIENT://{LOOPBACK}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "CLIENT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }


def _wait_for_kafka(port: int) -> None:
    from local.kafka import serves_clients  # noqa: PLC0415

    deadline = time.monotonic() + 60
    while not serves_clients(port):
        if time.monotonic() > deadline:
            raise Trouble(f"{KAFKA_IMAGE} did not answer.", "See `docker logs`.")
        time.sleep(0.1)


def _require_image(image: str) -> None:
    import docker  # type: ignore[import-untyped]  # noqa: PLC0415

    docker.from_env().images.get(image)


def _patiently(kind: str, folder: Path) -> tuple[str, Stop]:
    """Try twice: on a busy machine another test may take a port in the moment before we do."""
    try:
        return local_server(kind, folder)
    except Trouble as first:
        print(first, flush=True)
        shutil.rmtree(folder / kind, ignore_errors=True)
        return local_server(kind, folder)


def start(kind: str, folder: Path) -> tuple[dict[str, str], Stop]:
    """Try a local process, then a container; say why if neither works."""
    try:
        if os.environ.get(PROVIDER) == "containers":
            raise Trouble(f"{PROVIDER}=containers leaves local processes out.", "Leave it out.")
        address, stop = _patiently(kind, folder)
    except Trouble as trouble:
        try:
            address, stop = container(kind)
        except Exception as without:  # noqa: BLE001 - docker fails in many ways; all mean: not here
            reason = f"{trouble}\n  and no container either: {type(without).__name__}: {without}"
            return {"error": reason}, lambda: None
    return {"address": address}, stop


def wait_until_alone(users: Any) -> None:
    """Return when no test process holds the lock any more."""
    while True:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.3)
        else:
            return


def main(kind: str, folder: Path) -> None:
    """Start, tell the address, wait, end, clean up."""
    told = folder / f"{kind}.json"
    with (folder / "users").open("a") as users:
        outcome, stop = start(kind, folder)
        staged = told.with_suffix(".new")
        staged.write_text(json.dumps(outcome))
        staged.replace(told)
        wait_until_alone(users)
        stop()
        told.unlink()
        shutil.rmtree(folder / kind, ignore_errors=True)
    if not list(folder.glob("*.json")):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
