"""The partitions that this process holds, and where each stands."""

import asyncio
import os
import socket
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition

from chassis.consuming import position
from chassis.consuming.effect import PASSING, Effects
from chassis.consuming.position import Claim
from chassis.consuming.watch import Watch
from chassis.database import Database
from chassis.kafka import KAFKA_ERRORS, cluster_id_of

log = structlog.get_logger()

SHORTEST, LONGEST = 0.1, 5.0  # seconds that a partition rests after trouble
PATIENCE = 5.0  # seconds that a rebalance waits for the batch in work
UNSURE = -1  # a cursor: what was being fetched when we claimed may begin anywhere


class Claims(ConsumerRebalanceListener):  # type: ignore[misc]
    """Claims what Kafka gives. As a listener it does nothing that could fail: nobody would hear."""

    def __init__(self, db: Database, bootstrap: str, effects: Effects) -> None:
        self._db = db
        self._bootstrap = bootstrap
        self._effects = effects
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._claims: dict[TopicPartition, Claim] = {}
        self._rests: dict[TopicPartition, float] = {}
        self._doubted: set[TopicPartition] = set()
        self.kafka: Any = None
        self.busy = asyncio.Lock()
        self.watch = Watch()

    def begin(self, kafka: Any) -> None:
        """A new membership: nothing is claimed yet."""
        self._claims.clear()
        self._rests.clear()
        self.kafka = kafka

    def end(self) -> None:
        self.kafka = None
        self.watch.left()

    def given(self) -> set[TopicPartition]:
        """Return what Kafka has assigned to this process."""
        return set(self.kafka.assignment()) if self.kafka is not None else set()

    def held(self) -> dict[TopicPartition, Claim]:
        """Return what is both assigned and claimed."""
        given = self.given()
        return {tp: claim for tp, claim in self._claims.items() if tp in given}

    def get(self, tp: TopicPartition) -> Claim | None:
        """Return the claim of a partition, None where it is to be claimed (anew)."""
        return None if tp in self._doubted else self._claims.get(tp)

    def forget(self, tp: TopicPartition) -> None:
        """Claim it anew at its next record: it then goes on where its effects ended."""
        self._claims.pop(tp, None)

    async def claim(self, wanted: Sequence[TopicPartition]) -> None:
        """Claim partitions, and read each from where its effects ended."""
        kafka = self.kafka
        if kafka is None:
            return  # ending: whoever begins next claims them
        try:
            self._effects.cluster = await cluster_id_of(self._bootstrap)
            begins = await kafka.beginning_offsets(list(wanted))
            ends = await kafka.end_offsets(list(wanted))
            claims = await position.claim(
                self._db, {(tp.topic, tp.partition): begin for tp, begin in begins.items()},
                self._effects.cluster, self._owner,
            )  # fmt: skip
            for claim in claims:
                tp = TopicPartition(*claim.partition)
                await self._check(claim, begins[tp], ends[tp])
        except KAFKA_ERRORS + PASSING as error:
            log.warning("consumer.not_claimed", error=type(error).__name__)
            for tp in wanted:
                self.forget(tp)
                self.rest(tp, SHORTEST)
            return
        for claim in claims:
            self._take(TopicPartition(*claim.partition), claim)

    async def _check(self, claim: Claim, begin: int, end: int) -> None:
        """Never read on silently where Kafka and we disagree about what there is."""
        at = claim.position
        if at > end:
            claim.stopped = f"our position {at} is past the end {end}: the topic was made anew"
        elif at < begin:
            claim.stopped = f"our position {at} is before {begin}: Kafka forgot what was not read"
        else:
            return
        await position.stop(self._db, claim.partition, claim.stopped)

    def _take(self, tp: TopicPartition, claim: Claim) -> None:
        if claim.stopped:
            say_stopped(claim)
            self.rest(tp, LONGEST)
        self._claims[tp] = claim
        self._doubted.discard(tp)
        self.seek(tp, claim)

    def seek(self, tp: TopicPartition, claim: Claim) -> None:
        """Fetch next what follows the claim's position."""
        claim.cursor = claim.position
        if tp in self.given():
            self.kafka.seek(tp, claim.position)

    def retreat(self, tp: TopicPartition, claim: Claim) -> None:
        """Nothing happened: fetch the same again, after a rest that grows."""
        self.seek(tp, claim)
        self.rest(tp, min(self._rests.get(tp, SHORTEST / 2) * 2, LONGEST))

    def moved(self, tp: TopicPartition, claim: Claim) -> None:
        """The effect is committed, and the position with it."""
        self._rests.pop(tp, None)
        self.watch.progressed(tp)
        if claim.stopped:
            say_stopped(claim)
        if claim.cursor != claim.position:
            self.seek(tp, claim)

    def rest(self, tp: TopicPartition, seconds: float) -> None:
        """Leave a partition alone for a while; the others go on."""
        self._rests[tp] = seconds
        if tp in self.given():
            self.kafka.pause(tp)
            asyncio.get_running_loop().call_later(seconds, self._resume, tp)

    def _resume(self, tp: TopicPartition) -> None:
        claim = self._claims.get(tp)
        if claim is not None and claim.stopped:
            # An operator may have resumed it: claiming it anew finds out.
            self._doubted.add(tp)
        if tp in self.given():
            self.kafka.resume(tp)

    async def claim_idle(self) -> None:
        """Claim what has nothing to fetch, so that ready means ready."""
        async with self.busy:
            idle = [tp for tp in self.given() if self.get(tp) is None]
            if idle:
                await self.claim(idle)
                for tp in idle:
                    if claim := self._claims.get(tp):
                        claim.cursor = UNSURE

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Let the batch in work end, then forget the claims."""
        try:
            async with asyncio.timeout(PATIENCE), self.busy:
                for tp in revoked:
                    self.forget(tp)
        except TimeoutError:
            log.warning("consumer.revoked_while_busy")  # the position is fenced all the same

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        for tp in assigned:
            self.forget(tp)
        self.watch.assigned(list(assigned))


def say_stopped(claim: Claim) -> None:
    topic, part = claim.partition
    log.error("consumer.partition_stopped", topic=topic, partition=part, reason=claim.stopped)
