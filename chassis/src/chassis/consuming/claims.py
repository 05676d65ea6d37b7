"""The partitions that this process holds: where each stands, and whether it gets on.

A consumer that stands still must not look alive.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition

from chassis import components, database, kafka, telemetry
from chassis.consuming import ahead, effect, position
from chassis.consuming.reading import Claim
from chassis.log import log

SHORTEST, LONGEST = 0.1, 5.0  # seconds that a partition rests after trouble
PATIENCE = 5.0  # seconds that a rebalance waits for the batch in work
STUCK = 60.0  # seconds with records waiting and none done
TURNS = 5  # times as long for one partition while others move: it may wait for its turn
OUTSIDE = 120.0  # seconds outside the group, or in it without a partition or a claim to it
NOBODYS = 15.0  # seconds before it is asked for: a member that died is missed after 10
ALARM = 30.0  # seconds that a gap may last
UNSURE = -1  # a cursor: what was being fetched when we claimed may begin anywhere


class Claims(ConsumerRebalanceListener):  # type: ignore[misc]
    """Claims what Kafka gives. As a listener it does nothing that could fail: nobody would hear."""

    def __init__(self, db: database.Database, bootstrap: str, effects: effect.Effects) -> None:
        self._db, self._bootstrap, self._effects = db, bootstrap, effects
        self._claims: dict[TopicPartition, Claim] = {}
        self._unread: dict[TopicPartition, float] = {}  # since when each seems to be nobody's
        self._shares = 0  # how often the partitions were shared out
        self.kafka: Any = None
        self.busy = asyncio.Lock()
        self.watch = Watch()

    def begin(self, kafka: Any) -> None:
        """A new membership: nothing is claimed yet."""
        self._claims.clear()
        self.kafka = kafka

    def end(self) -> None:
        self.kafka = None
        self.watch.joined = False

    def given(self) -> set[TopicPartition]:
        """Return what Kafka has assigned to this process."""
        return set(self.kafka.assignment()) if self.kafka is not None else set()

    def held(self) -> dict[TopicPartition, Claim]:
        """Return what is both assigned and claimed."""
        given = self.given()
        return {tp: claim for tp, claim in self._claims.items() if tp in given}

    def get(self, tp: TopicPartition) -> Claim | None:
        """Return the claim of a partition, None where it is to be claimed (anew)."""
        claim = self._claims.get(tp)
        return None if claim is None or claim.doubted else claim

    def forget(self, tp: TopicPartition, rest: float = 0) -> None:
        """Claim it anew at its next record: it then goes on where its effects ended."""
        self._claims.pop(tp, None)
        if rest:
            self.rest(tp, rest)

    async def claim(self, wanted: Sequence[TopicPartition]) -> None:
        """Claim partitions, and read each from where its effects ended."""
        if (reader := self.kafka) is None:
            return  # ending: whoever begins next claims them
        share = self._shares
        try:
            self._effects.cluster = await kafka.cluster_id_of(self._bootstrap)
            begins = await reader.beginning_offsets(list(wanted))
            ends = await reader.end_offsets(list(wanted))
            cluster, owner = self._effects.cluster, kafka.process_name()
            claims = await position.claim(self._db, begins, cluster, owner)
            for claim in claims:
                await self._check(claim, begins[claim.partition], ends[claim.partition])
        except components.PASSING as error:
            log.warning("consumer.not_claimed", error=type(error).__name__)
            for tp in wanted:
                self.forget(tp, SHORTEST)
            return
        if share == self._shares:  # else Kafka may be another one by now: they are claimed anew
            for claim in claims:
                self._take(claim)

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

    async def stop(self, claim: Claim, reason: str) -> None:
        """Read no further there, until an operator resumes it."""
        await position.stop(self._db, claim.partition, reason)
        claim.stopped = reason
        say_stopped(claim)
        self.rest(claim.partition, LONGEST)

    def _take(self, claim: Claim) -> None:
        if claim.stopped:
            say_stopped(claim)
            self.rest(claim.partition, LONGEST)
        self._claims[claim.partition] = claim
        self.seek(claim)
        claim.cursor = UNSURE

    async def overtaken(self, claim: Claim) -> bool:
        """Tell whether records are missing, or only offsets, as after a transaction."""
        begins = await self.kafka.beginning_offsets([claim.partition])
        return bool(begins[claim.partition] > claim.position)

    def seek(self, claim: Claim) -> None:
        """Fetch next what follows the claim's position."""
        claim.cursor = claim.position
        if claim.partition in self.given():
            self.kafka.seek(claim.partition, claim.position)

    def retreat(self, claim: Claim) -> None:
        """Nothing happened: fetch the same again, after a rest that grows."""
        self.seek(claim)
        claim.rested = min(max(claim.rested * 2, SHORTEST), LONGEST)
        self.rest(claim.partition, claim.rested)

    def moved(self, claim: Claim) -> None:
        """The effect is committed, and the position with it."""
        claim.rested = 0
        if claim.position > claim.early_upto:
            claim.again = {}
        self.watch.progressed(claim.partition)
        if claim.stopped:
            say_stopped(claim)
        if claim.cursor != claim.position:
            self.seek(claim)

    def rest(self, tp: TopicPartition, seconds: float) -> None:
        """Leave a partition alone for a while; the others go on."""
        if tp in self.given():
            self.kafka.pause(tp)
            asyncio.get_running_loop().call_later(seconds, self._resume, tp)

    def _resume(self, tp: TopicPartition) -> None:
        claim = self._claims.get(tp)
        if claim is not None and claim.stopped:
            # An operator may have resumed it: claiming it anew finds out.
            claim.doubted = True
        if tp in self.given():
            self.kafka.resume(tp)

    async def claim_idle(self) -> None:
        """Claim what has nothing to fetch, so that ready means ready."""
        async with self.busy:
            idle = [tp for tp in self.given() if self.get(tp) is None]
            if idle:
                await self.claim(idle)

    async def ask_for_new(self) -> None:
        """Join anew where a partition is nobody's.

        A member that comes back under its name is given what it had, and never asked who reads the
        partitions that were added meanwhile. And a leader that shares out the work in the moment in
        which a topic comes back may share out the others alone, and take it for all there is.
        """
        topics = list(self.kafka.subscription())
        there = {
            TopicPartition(t, p) for t in topics for p in self.kafka.partitions_for_topic(t) or ()
        }
        elsewhere = sorted(there - self.given())
        ends = await self.kafka.end_offsets(elsewhere) if elsewhere else {}
        now, unread = time.monotonic(), await position.nobodys(self._db, ends)
        self._unread = {tp: self._unread.get(tp, now) for tp in unread}
        if any(now - since > NOBODYS for since in self._unread.values()):
            log.warning("consumer.joins_anew", partitions=len(unread))
            self.kafka.subscribe(topics, listener=self)
            self._unread = {}

    async def look(self) -> None:
        """Measure how far behind each partition is, and tend it."""
        held = self.held()
        await self.watch.look(self.kafka, self.given(), held)
        await position.tend(self._db, held.values())

    async def look_ahead(self) -> None:
        """Look further on than a fetch reaches for what came too early."""
        for claim in self.held().values():
            if claim.again:
                await ahead.look(self.kafka, self._bootstrap, claim)

    async def tell_kafka(self) -> None:
        if held := self.held():
            await self.kafka.commit({tp: claim.position for tp, claim in held.items()})

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Let the batch in work end, then forget the claims."""
        try:
            async with asyncio.timeout(PATIENCE), self.busy:
                for tp in revoked:
                    self.forget(tp)
        except TimeoutError:
            log.warning("consumer.revoked_while_busy")  # the position is fenced all the same

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._shares += 1
        for tp in assigned:
            self.forget(tp)
        self.watch.assigned(list(assigned))


def say_stopped(claim: Claim) -> None:
    log.error("consumer.partition_stopped", **claim.partition._asdict(), reason=claim.stopped)


class Watch:
    """What this process did lately, partition by partition; real time, which never moves."""

    def __init__(self) -> None:
        self.joined = False
        self._whole = self._seen = self._moved = time.monotonic()
        self._progress: dict[TopicPartition, float] = {}
        self._behind: dict[TopicPartition, int] = {}
        self._gaps: dict[TopicPartition, float] = {}

    def assigned(self, given: Sequence[TopicPartition]) -> None:
        self.joined = True
        self._moved = time.monotonic()
        self._progress, self._behind = dict.fromkeys(given, self._moved), {}
        telemetry.CONSUMER_LAG.clear()  # what went to another process is measured there

    def progressed(self, tp: TopicPartition) -> None:
        self._progress[tp] = self._moved = time.monotonic()
        self._gaps.pop(tp, None)

    def gap(self, tp: TopicPartition) -> None:
        """A version is missing: it may still come, but not for ever."""
        lasted = time.monotonic() - self._gaps.setdefault(tp, time.monotonic())
        self._progress[tp] = time.monotonic()  # waiting on purpose is no standstill
        if lasted > ALARM:
            log.error("consumer.gap", topic=tp.topic, partition=tp.partition, seconds=round(lasted))

    async def look(
        self, kafka: Any, given: Collection[TopicPartition], claims: Mapping[TopicPartition, Claim]
    ) -> None:
        """Measure how far behind each partition is."""
        # A group that gives every member nothing looks stable, and nobody reads.
        if given and claims.keys() >= set(given):
            self._whole = time.monotonic()
        ends = await kafka.end_offsets(list(claims)) if claims else {}
        now = self._seen = time.monotonic()
        for tp, claim in claims.items():
            self._behind[tp] = max(0, ends[tp] - claim.position)
            idle = claim.cursor in {UNSURE, claim.position}
            if self._behind[tp] and idle and await kafka.position(tp) >= ends[tp]:
                self._behind[tp] = 0  # what is left are markers of transactions, and no records
            telemetry.CONSUMER_LAG.labels(tp.topic, str(tp.partition)).set(self._behind[tp])
            if not self._behind[tp] or claim.stopped:
                self._progress[tp] = now

    def blind(self) -> bool:
        """Tell whether for long nothing was done, and not even seen what there is to do."""
        return time.monotonic() - max(self._seen, self._moved) > STUCK

    def trouble(self) -> str | None:
        """Say what is wrong, or None."""
        now = time.monotonic()
        if now - self._whole > OUTSIDE:
            return f"without its partitions for {round(now - self._whole)} s"
        for tp, behind in self._behind.items():
            still = now - self._progress.get(tp, now)
            # Whoever works through a backlog must not be made to begin it anew.
            patience = STUCK if now - self._moved > STUCK else STUCK * TURNS
            if behind and still > patience:
                where = f"{tp.topic}/{tp.partition}"
                return f"{where}: {behind} waiting, none done for {round(still)} s"
        return None
