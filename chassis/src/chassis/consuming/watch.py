"""Tells the truth about progress: a consumer that stands still must not look alive."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiokafka import TopicPartition

from chassis import telemetry
from chassis.consuming.position import Claim

log = structlog.get_logger()

STUCK = 60.0  # seconds with records waiting and none done
TURNS = 5  # times as long for one partition while others move: it may wait for its turn
OUTSIDE = 120.0  # seconds outside the group, or in it and without a partition
ALARM = 30.0  # seconds that a gap may last


class Watch:
    """What this process did lately, partition by partition; real time, which never moves."""

    def __init__(self) -> None:
        self.joined = False
        self._outside_since: float | None = time.monotonic()
        self._progress: dict[TopicPartition, float] = {}
        self._moved = 0.0
        self._behind: dict[TopicPartition, int] = {}
        self._gaps: dict[TopicPartition, float] = {}

    def assigned(self, given: Sequence[TopicPartition]) -> None:
        self.joined = True
        now = time.monotonic()
        # A group that gives every member nothing looks stable, and nobody reads.
        self._outside_since = None if given else self._outside_since or now
        self._progress, self._moved = dict.fromkeys(given, now), now
        self._behind = {}

    def left(self) -> None:
        self.joined = False
        self._outside_since = self._outside_since or time.monotonic()

    def progressed(self, tp: TopicPartition) -> None:
        self._progress[tp] = self._moved = time.monotonic()
        self._gaps.pop(tp, None)

    def gap(self, tp: TopicPartition) -> None:
        """A version is missing: it may still come, but not for ever."""
        since = self._gaps.setdefault(tp, time.monotonic())
        self._progress[tp] = time.monotonic()  # waiting on purpose is no standstill
        if time.monotonic() - since > ALARM:
            log.error("consumer.gap", topic=tp.topic, partition=tp.partition,
                      seconds=round(time.monotonic() - since))  # fmt: skip

    async def look(self, kafka: Any, claims: Mapping[TopicPartition, Claim]) -> None:
        """Measure how far behind each partition is."""
        mine = [tp for tp in claims if tp in kafka.assignment()]
        ends = await kafka.end_offsets(mine) if mine else {}
        for tp, end in ends.items():
            claim = claims.get(tp)
            if claim is None:
                continue
            self._behind[tp] = max(0, end - claim.position)
            telemetry.CONSUMER_LAG.labels(tp.topic, str(tp.partition)).set(self._behind[tp])
            if not self._behind[tp] or claim.stopped:
                self._progress[tp] = time.monotonic()

    def trouble(self) -> str | None:
        """Say what is wrong, or None."""
        now = time.monotonic()
        if self._outside_since is not None and now - self._outside_since > OUTSIDE:
            return f"without any partition for {round(now - self._outside_since)} s"
        for tp, behind in self._behind.items():
            still = now - self._progress.get(tp, now)
            # Whoever works through a backlog must not be made to begin it anew.
            patience = STUCK if now - self._moved > STUCK else STUCK * TURNS
            if behind and still > patience:
                return (
                    f"{tp.topic}/{tp.partition}: {behind} waiting, none done for {round(still)} s"
                )
        return None
