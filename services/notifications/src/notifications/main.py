"""Puts notifications together: rooms on the chassis, top to bottom."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from fastapi import APIRouter

from chassis.database import Tx
from chassis.kafka import cluster_id_of
from chassis.process import Parts, Service
from chassis.timers import OnTimer, Timer
from contracts.vocabulary import PersonId
from notifications.api import api
from notifications.api.deputies import deputies_router
from notifications.api.endpoints import endpoints_router
from notifications.api.hand_overs import hand_overs_router
from notifications.api.outages import outages_router
from notifications.api.streaming import Listeners, streaming_router
from notifications.api.wishes import wishes_router
from notifications.consumers import subscriptions
from notifications.consumers.audience import Spreading
from notifications.consumers.digests import DIGEST, Digests
from notifications.consumers.ears import Ears
from notifications.consumers.handing import HAND_OVER, HandOvers, Waiting
from notifications.consumers.keeping import Days, Keeper
from notifications.consumers.outages import Outages
from notifications.consumers.passing_on import PASSING, Leaving, PassingOn
from notifications.consumers.standing_in import ABSENCE, StandingIn
from notifications.consumers.telling import Telling
from notifications.consumers.unheard import Watch
from notifications.delivery.addresses import Rules
from notifications.delivery.calling import WebCaller
from notifications.delivery.courier import Courier
from notifications.delivery.mail import Server
from notifications.delivery.messenger import Messenger
from notifications.delivery.patience import Patience
from notifications.delivery.recording import Recorder
from notifications.delivery.words import Owners
from notifications.delivery.writing import Writer
from notifications.domain import deputies, erasure, loop, proofs
from notifications.settings import NotificationsSettings


def assemble(parts: Parts, settings: NotificationsSettings) -> Service:
    desk = PersonId(settings.desk)
    ideas = parts.peers(settings.ideas_url)
    parts.doors.verifier.trust("urn:kiem:ideas", partial(ideas.get, "/v1/aliases/keys"))
    told = parts.commands(proofs.decider, "notice")
    digests = Digests(parts.timers, parts.calendar, settings.digest_hour)
    outages = _outages(parts, settings)
    hold = timedelta(seconds=settings.hold_seconds)
    telling = Telling(parts.store, parts.wake, parts.clock, hold, digests=digests, outages=outages)
    spreading, ears = Spreading(parts.db, telling), _ears(settings)
    grace = timedelta(seconds=settings.grace_seconds)
    leaving = Leaving(
        parts.timers, parts.calendar, grace, timedelta(settings.long_absence_days), desk
    )
    standing_in = StandingIn(parts.timers, parts.calendar, telling, grace, desk, leaving=leaving)
    keeper = _keeper(parts, settings, telling, standing_in, outages=outages, ears=ears)
    owners = Owners(ideas, parts.peers(settings.feedback_url) if settings.feedback_url else None)
    writer = Writer(
        parts.db, parts.keyring, owners, parts.calendar, desk, settings.portal_url,
        settings.public_url,
    )  # fmt: skip
    waiting = Waiting(parts.timers, parts.calendar, desk, settings.hand_over_days)
    recorder = Recorder(told, parts.clock, waiting)
    listeners = Listeners(parts.db)
    courier = _courier(parts, settings, recorder, writer)
    rules = _rules(settings)
    messenger = _messenger(parts, settings, recorder, writer, rules)
    return Service(
        router=api(
            parts.db, parts.keyring, parts.store, parts.clock,
            parts.commands(erasure.decider, "erasure"), desk,
            _routers(parts, rules, recorder, listeners),
        ),
        subscriptions=subscriptions(keeper, telling, standing_in, parts.keyring, parts.first_start),
        on_timer=_on_timer(keeper, {
            DIGEST: digests, HAND_OVER: HandOvers(waiting, telling), ABSENCE: standing_in,
            PASSING: PassingOn(leaving, keeper.pass_on),
        }),
        background=[
            courier, messenger, listeners, ears, spreading, outages,
            Watch(parts.db, telling, settings.unheard_seconds, desk),
        ],
    )  # fmt: skip


def _keeper(
    parts: Parts, settings: NotificationsSettings, telling: Telling, standing_in: StandingIn, *,
    outages: Outages, ears: Ears,
) -> Keeper:  # fmt: skip
    return Keeper(
        parts.commands(loop.decider, "loop"), parts.store, parts.timers, parts.calendar, telling,
        outages=outages, ears=ears, standing_in=standing_in, desk=PersonId(settings.desk),
        days=_days(settings),
    )  # fmt: skip


def _ears(settings: NotificationsSettings) -> Ears:
    async def ask() -> str:
        return await cluster_id_of(settings.kafka_bootstrap)

    return Ears(ask, settings.grace_seconds)


def _routers(
    parts: Parts, rules: Rules, recorder: Recorder, listeners: Listeners
) -> list[APIRouter]:
    db, clock = parts.db, parts.clock
    return [
        wishes_router(db, clock),
        endpoints_router(db, parts.keyring, clock, rules),
        hand_overs_router(db, clock, recorder),
        outages_router(db),
        deputies_router(db, clock, parts.commands(deputies.decider, "deputy")),
        streaming_router(db, listeners, lambda: parts.stopping),
    ]


def _on_timer(
    keeper: Keeper, others: Mapping[str, Digests | HandOvers | StandingIn | PassingOn]
) -> OnTimer:
    async def on_timer(tx: Tx, timer: Timer) -> None:
        await others.get(timer.kind, keeper).on_timer(tx, timer)

    return on_timer


def _courier(
    parts: Parts, settings: NotificationsSettings, recorder: Recorder, writer: Writer
) -> Courier:
    return Courier(
        parts.db, recorder, writer, parts.clock, server=_server(settings),
        patience=_patience(settings),
    )  # fmt: skip


def _outages(parts: Parts, settings: NotificationsSettings) -> Outages:
    shortest = timedelta(seconds=settings.outage_seconds)
    return Outages(parts.db, shortest, timedelta(seconds=settings.settle_seconds))


def _days(settings: NotificationsSettings) -> Days:
    return Days(
        settings.remind_days, settings.escalate_days, timedelta(seconds=settings.grace_seconds)
    )


def _server(settings: NotificationsSettings) -> Server:
    password = settings.smtp_password
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.sender,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        start_tls=settings.smtp_starttls,
        timeout=settings.smtp_seconds,
    )


def _messenger(
    parts: Parts, settings: NotificationsSettings, recorder: Recorder, writer: Writer, rules: Rules
) -> Messenger:
    web, tries = WebCaller(rules, settings.webhook_seconds), settings.webhook_tries
    return Messenger(
        parts.db, parts.keyring, recorder, writer, parts.clock, web=web,
        seconds=settings.webhook_seconds, patience=replace(_patience(settings), refusals=tries),
    )  # fmt: skip


def _rules(settings: NotificationsSettings) -> Rules:
    hosts = (settings.webhook_hosts or "").lower().split(",")
    return Rules(
        frozenset(map(int, settings.webhook_ports.split(","))),
        frozenset(host.strip() for host in hosts if host.strip()),
        settings.webhook_loopback,
    )


def _patience(settings: NotificationsSettings) -> Patience:
    return Patience(
        timedelta(seconds=settings.retry_seconds),
        timedelta(seconds=settings.retry_longest_seconds),
        settings.mail_refusals,
        timedelta(seconds=settings.hold_seconds),
    )
