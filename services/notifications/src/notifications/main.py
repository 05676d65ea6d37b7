"""Puts notifications together: rooms on the chassis, top to bottom."""

from datetime import timedelta

from chassis.auth import Neighbour
from chassis.database import Tx
from chassis.process import Parts, Service
from chassis.timers import OnTimer, Timer
from contracts.vocabulary import PersonId
from notifications.api import api
from notifications.api.streaming import Listeners, streaming_router
from notifications.api.wishes import wishes_router
from notifications.consumers import subscriptions
from notifications.consumers.digests import DIGEST, Digests
from notifications.consumers.keeping import Days, Keeper
from notifications.consumers.telling import Telling
from notifications.delivery.courier import Courier
from notifications.delivery.mail import Server
from notifications.delivery.patience import Patience
from notifications.delivery.words import Owners
from notifications.delivery.writing import Writer
from notifications.domain import erasure, loop, proofs
from notifications.settings import NotificationsSettings


def assemble(parts: Parts, settings: NotificationsSettings) -> Service:
    desk = PersonId(settings.desk)
    ideas = parts.peers(settings.ideas_url)
    parts.trust(Neighbour("urn:kiem:ideas", ideas, "/v1/aliases/keys"))
    told = parts.commands(proofs.decider, "notice")
    digests = Digests(parts.timers, parts.calendar, settings.digest_hour)
    telling = Telling(told, parts.clock, timedelta(seconds=settings.hold_seconds), digests)
    keeper = Keeper(
        parts.commands(loop.decider, "loop"),
        parts.store,
        parts.timers,
        parts.calendar,
        telling,
        desk=desk,
        days=_days(settings),
    )
    owners = Owners(ideas, parts.peers(settings.feedback_url) if settings.feedback_url else None)
    writer = Writer(
        parts.db, parts.keyring, owners, parts.calendar, desk, settings.portal_url,
        settings.public_url,
    )  # fmt: skip
    listeners = Listeners(parts.db)
    courier = Courier(
        parts.db, told, writer, parts.clock, server=_server(settings), patience=_patience(settings)
    )
    return Service(
        router=api(
            parts.db,
            parts.keyring,
            parts.store,
            parts.clock,
            parts.commands(erasure.decider, "erasure"),
            desk,
            [
                wishes_router(parts.db, parts.clock),
                streaming_router(parts.db, listeners, lambda: parts.stopping),
            ],
        ),
        subscriptions=subscriptions(keeper, telling, parts.keyring, parts.first_start),
        on_timer=_on_timer(keeper, digests),
        background=[courier.run, listeners.run],
    )


def _on_timer(keeper: Keeper, digests: Digests) -> OnTimer:
    async def on_timer(tx: Tx, timer: Timer) -> None:
        await (digests if timer.kind == DIGEST else keeper).on_timer(tx, timer)

    return on_timer


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


def _patience(settings: NotificationsSettings) -> Patience:
    return Patience(
        timedelta(seconds=settings.retry_seconds),
        timedelta(seconds=settings.retry_longest_seconds),
        settings.mail_refusals,
        timedelta(seconds=settings.hold_seconds),
    )
