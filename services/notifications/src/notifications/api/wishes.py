"""How people wish to be told: by kind and channel; and the link that stops a kind of mail."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from chassis.clock import Clock
from chassis.database import Database
from chassis.decider import NotFound
from chassis.http import Caller, caller, command_context
from contracts.vocabulary import PersonId
from notifications.domain.notices import Kind
from notifications.domain.wishes import Mail, Wish, all_wishes, require_possible
from notifications.projections import preferences

_PAGE = """<!doctype html>
<html lang="nl"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kiem</title><body style="font:1.1em/1.5 sans-serif;max-width:34em;margin:3em auto">
{}</body></html>"""
_ASK = _PAGE.format(
    "<p>Wil je dit soort mails niet meer krijgen? In de app blijven de berichten staan.</p>"
    '<p lang="en">Do you want no more mails of this kind? The messages stay in the app.</p>'
    '<form method="post"><button style="font:inherit">Stoppen · Stop</button></form>'
)
_DONE = _PAGE.format(
    "<p>Je krijgt dit soort mails niet meer. In Kiem kun je ze weer aanzetten.</p>"
    '<p lang="en">You get no more mails of this kind. You can turn them on again in Kiem.</p>'
)


class WishBody(BaseModel):
    """Whether notices of a kind are shown in the app, and when they come by mail."""

    app: bool
    mail: Mail
    webhook: bool = Field(default=True, description="by the webhooks that the person registered")


class WishShown(WishBody):
    """What is wished for a kind; an owed one can't be turned off altogether."""

    kind: Kind
    owed: bool


class Wishes(BaseModel):
    items: list[WishShown]


async def by_link() -> None:
    """Let in whoever has the link: mail programs ask without a token of the organisation."""


by_link.__dict__["guards"] = frozenset()


def wishes_router(db: Database, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["preferences"])

    @router.get("/preferences", summary="How you wish to be told, kind by kind")
    async def list_preferences(who: Annotated[Caller, Depends(caller())]) -> Wishes:
        async with db.reading() as connection:
            told = await preferences.of_person(connection, PersonId(who.subject))
        return Wishes(items=[_shown(wish) for wish in all_wishes(told)])

    @router.put("/preferences/{kind}", status_code=204, summary="Wish to be told in another way")
    async def keep_preference(
        kind: Kind,
        body: WishBody,
        who: Annotated[Caller, Depends(caller())],
        _: Annotated[Any, Depends(command_context)],
    ) -> None:
        wish = Wish(kind, body.app, body.mail, body.webhook)
        require_possible(wish)
        async with db.transaction() as tx:
            await preferences.keep(tx, PersonId(who.subject), wish, clock.now())

    link = {"dependencies": [Depends(by_link)], "response_class": HTMLResponse}

    @router.get("/unsubscribe/{token}", summary="Ask whether a kind of mail should stop", **link)  # type: ignore[arg-type]
    async def ask_to_stop(token: UUID) -> str:  # noqa: ARG001 - the form asks the same address
        return _ASK

    @router.post("/unsubscribe/{token}", summary="Stop a kind of mail (RFC 8058)", **link)  # type: ignore[arg-type]
    async def stop_mails(token: UUID) -> str:
        """Asked again, it answers the same: they are stopped."""
        async with db.transaction() as tx:
            if not await preferences.stop(tx, token, clock.now()):
                raise NotFound
        return _DONE

    return router


def _shown(wish: Wish) -> WishShown:
    return WishShown(
        kind=wish.kind, owed=wish.owed, app=wish.app, mail=wish.mail, webhook=wish.webhook
    )
