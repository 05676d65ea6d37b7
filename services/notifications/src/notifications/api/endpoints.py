"""Webhooks: a person's own, and those of the organisation."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from chassis.clock import Clock
from chassis.commands import Context
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId
from notifications.delivery import addresses
from notifications.delivery.addresses import Rules
from notifications.delivery.receivers import Receiver
from notifications.delivery.signing import new_secret
from notifications.projections import endpoints
from notifications.projections.endpoints import Endpoint, Secrets


class WebhookBody(BaseModel):
    """Where notices are posted to, and in which form."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=addresses.LONGEST_URL)]
    receiver: Receiver = "standard"
    to: Annotated[
        str | None, Field(max_length=100, description="for a gateway: whom it brings them to")
    ] = None


class OrganisationWebhookBody(WebhookBody):
    """The organisation's: no words of people ever go there."""

    reaches: Annotated[
        bool, Field(description="it brings notices to people, so its yes counts as delivery")
    ] = False


class WebhookShown(BaseModel):
    """A webhook; of its address only the host is shown, as the rest is often a secret."""

    webhook: UUID
    receiver: Receiver
    host: str
    reaches: bool
    made_at: datetime
    stopped: str | None


class Webhooks(BaseModel):
    items: list[WebhookShown]


class WebhookSecret(BaseModel):
    """What signs, shown this once; null where the request was repeated: rotate to get another."""

    webhook: UUID
    secret: str | None


def endpoints_router(db: Database, keyring: Keyring, clock: Clock, rules: Rules) -> APIRouter:
    router = APIRouter(tags=["webhooks"])
    router.include_router(_of_persons(db, keyring, clock, rules))
    router.include_router(_of_the_organisation(db, keyring, clock, rules))
    return router


async def _my_own(who: Annotated[Caller, Depends(caller("employee"))]) -> PersonId | None:
    return PersonId(who.subject)


async def _of_all(_: Annotated[Caller, Depends(caller("operator"))]) -> PersonId | None:
    return None


def _of_persons(db: Database, keyring: Keyring, clock: Clock, rules: Rules) -> APIRouter:
    router = APIRouter()

    @router.post("/webhooks", status_code=201, summary="Be told by a webhook of your own")
    async def register_webhook(
        body: WebhookBody,
        person: Annotated[PersonId | None, Depends(_my_own)],
        once: Annotated[Context, Depends(command_context)],
    ) -> WebhookSecret:
        addresses.read(body.url, rules)
        given = _made(body, once.command, person, clock.now(), reaches=True)
        return _told(given, new=await endpoints.keep(db, keyring, given))

    _keeping(router, db, keyring, "/webhooks", _my_own, "your own")
    return router


def _of_the_organisation(db: Database, keyring: Keyring, clock: Clock, rules: Rules) -> APIRouter:
    router, path = APIRouter(), "/organisation/webhooks"

    @router.post(path, status_code=201, summary="Post every notice somewhere, without words")
    async def register_webhook_of_all(
        body: OrganisationWebhookBody,
        person: Annotated[PersonId | None, Depends(_of_all)],
        once: Annotated[Context, Depends(command_context)],
    ) -> WebhookSecret:
        addresses.read(body.url, rules)
        given = _made(body, once.command, person, clock.now(), reaches=body.reaches)
        return _told(given, new=await endpoints.keep(db, keyring, given))

    _keeping(router, db, keyring, path, _of_all, "the organisation's")
    return router


def _made(
    body: WebhookBody, which: UUID, person: PersonId | None, at: datetime, *, reaches: bool
) -> Endpoint:
    kept = Secrets(body.url, new_secret(), body.to)
    return Endpoint(
        endpoint=which, person=person, receiver=body.receiver, reaches=reaches, made_at=at,
        stopped=None, kept=kept,
    )  # fmt: skip


def _told(given: Endpoint, *, new: bool) -> WebhookSecret:
    return WebhookSecret(webhook=given.endpoint, secret=given.kept.secret if new else None)


def _keeping(  # noqa: PLR0917 - each is a part of its own
    router: APIRouter, db: Database, keyring: Keyring, place: str, whose: object, of_whom: str
) -> None:
    """Add the routes that list, rotate and remove webhooks."""
    name = "_of_all" if place.startswith("/organisation") else ""
    once = Depends(command_context)
    owner = Depends(whose)  # type: ignore[arg-type]

    async def list_webhooks(person: PersonId | None = owner) -> Webhooks:
        found = await endpoints.of_owner(db, keyring, person)
        return Webhooks(items=[_shown(each) for each in found])

    async def rotate_secret(
        webhook: UUID, person: PersonId | None = owner, _: Context = once
    ) -> WebhookSecret:
        secret = new_secret()
        await endpoints.rotate(db, keyring, webhook, person, secret)
        return WebhookSecret(webhook=webhook, secret=secret)

    async def remove_webhook(
        webhook: UUID, person: PersonId | None = owner, _: Context = once
    ) -> None:
        async with db.transaction() as tx:
            await endpoints.remove(tx, webhook, person)

    add = router.add_api_route
    add(place, list_webhooks, methods=["GET"], name=f"list_webhooks{name}",
        summary=f"Webhooks: {of_whom}")  # fmt: skip
    add(f"{place}/{{webhook}}/secret", rotate_secret, methods=["POST"],
        name=f"rotate_secret{name}",
        summary="Make a new secret; the one before signs along for a day")  # fmt: skip
    add(f"{place}/{{webhook}}", remove_webhook, methods=["DELETE"], status_code=204,
        name=f"remove_webhook{name}", summary="Remove a webhook")  # fmt: skip


def _shown(found: Endpoint) -> WebhookShown:
    host = addresses.host_of(found.url)
    return WebhookShown(
        webhook=found.endpoint, receiver=found.receiver, host=host, reaches=found.reaches,
        made_at=found.made_at, stopped=found.stopped,
    )  # fmt: skip
