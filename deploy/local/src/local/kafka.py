"""A real Apache Kafka in KRaft mode as a local process: started, stopped, killed, started again."""

import base64
import os
import re
import socket
import struct
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from local import warm
from local.disk import full_disk, is_full
from local.jars import KAFKA_VERSION, kafka_jars
from local.java import java
from local.owned import Owned
from local.ports import LOOPBACK, free_port, is_free
from local.trouble import Trouble

_PATIENCE = 90.0
_JVM = (
    "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss",
)  # fmt: skip


class Kafka:
    """One node, broker and controller, in one folder on one port of the loopback."""

    def __init__(self, folder: Path, port: int, java: Sequence[str] | None = None) -> None:
        """`java`: options for it, instead of those that make it start soon."""
        self.folder = folder.absolute()
        self.port = port
        self._java = java
        self.process = Owned("kafka", self.folder)

    @property
    def bootstrap(self) -> str:
        """The address for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def data(self) -> Path:
        """Where the segments are."""
        return self.folder / "data"

    def start(self) -> str:
        """Format the storage if there is none, start, wait until it answers; return `bootstrap`."""
        self.process.welcome()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process.end_leftover()
        if not is_free(self.port):
            raise Trouble(
                f"Port {self.port} on {LOOPBACK}, needed for Kafka, is in use or not allowed.",
                "Stop what listens there, or choose another.",
            )
        self._require_own_version()
        jars = os.pathsep.join(str(jar) for jar in kafka_jars())
        command = [str(java()), *_JVM, *self._options(), "-cp", jars]
        properties = self._write_properties()
        if not (self.data / "meta.properties").exists():
            self._format(command, properties)
        self.process.start([*command, "kafka.Kafka", str(properties)], self._environment())
        self._wait()
        self._version.write_text(f"{KAFKA_VERSION}\n")
        return self.bootstrap

    def _options(self) -> Sequence[str]:
        return warm.options() if self._java is None else self._java

    def kill(self) -> None:
        """End the node as a power cut would; `start` brings it back."""
        self.process.kill()

    def stop(self) -> None:
        """Let the node write everything down and end."""
        self.process.stop()

    @property
    def _version(self) -> Path:
        """Where it is noted which Kafka wrote the data last."""
        return self.folder / "version"

    def _require_own_version(self) -> None:
        """Refuse what a newer Kafka wrote: an older one cannot read it. The other way it can."""
        if not (self.data / "meta.properties").exists() or not self._version.exists():
            return
        theirs = self._version.read_text().strip()
        if _numbers(theirs) > _numbers(KAFKA_VERSION):
            raise Trouble(
                f"The data in {self.data} belong to Kafka {theirs}; this one is {KAFKA_VERSION}.",
                "Take the Kiem that brings that version, or a Kafka of yours on these data "
                "(KIEM_KAFKA_BOOTSTRAP=host:9092), or begin anew: make reset",
            )

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def _write_properties(self) -> Path:
        controller = free_port()
        lines = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
            "listeners": f"CLIENT://{self.bootstrap},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"CLIENT://{self.bootstrap}",
            "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "CLIENT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.data,
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": 0,
            # A node that was killed waits for its own old session before it serves again.
            "broker.session.timeout.ms": 1500,
            "broker.heartbeat.interval.ms": 300,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 10,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
        }
        target = self.folder / "server.properties"
        target.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return target

    def _format(self, command: list[str], properties: Path) -> None:
        cluster = new_cluster_id()
        made = subprocess.run(
            [*command, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)],
            env=self._environment(), capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if made.returncode != 0:
            raise self._trouble("Kafka could not format its storage", made.stdout + made.stderr)

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not serves_clients(self.port):
            if self.process.ended is not None:
                raise self._trouble("Kafka ended at once", self.process.last_words())
            if time.monotonic() > deadline:
                self.process.stop()
                raise self._trouble("Kafka did not answer", self.process.last_words())
            time.sleep(0.1)

    def _trouble(self, what: str, said: str) -> Trouble:
        if "No space left on device" in said or is_full(self.data):
            return full_disk(self.data)
        return Trouble(f"{what}; it said:\n{said.strip()}", f"The whole log is {self.process.log}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def serves_clients(port: int) -> bool:
    """Ask for the cluster's metadata (request 3, version 4): a node in service names itself."""
    asked = struct.pack(">hhih", 3, 4, 1, -1) + struct.pack(">i?", 0, False)
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as wire:
            wire.sendall(struct.pack(">i", len(asked)) + asked)
            # length, correlation, throttle time, number of brokers
            answer = wire.recv(16, socket.MSG_WAITALL)
    except OSError:
        return False
    whole = 16
    return len(answer) == whole and int(struct.unpack(">iiii", answer)[3]) > 0


def new_cluster_id() -> str:
    """Make an id for a cluster; one that begins with a dash would be taken for an option."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not made.startswith("-"):
            return made
