"""How a person wishes to be told: kind by kind, in the app and by mail; and the language."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Refused
from portal.giving import refusal, text
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/preferences")
MAILS = ("at_once", "digest", "off")


@router.get("")
async def preferences(visit: Somebody, done: str = "") -> Response:
    return await _page(visit, notice="preferences.kept" if done else "")


@router.post("")
async def keep(visit: Somebody) -> Response:
    """Keep what was changed; what is refused is said beside its kind, and the rest is kept."""
    form = await visit.form()
    now = (await visit.services.get("notifications", "/v1/preferences"))["items"]
    errors: dict[str, str] = {}
    for wish in now:
        kind = wish["kind"]
        if f"mail.{kind}" not in form:
            continue
        wanted = {
            "app": bool(form.get(f"app.{kind}")), "mail": text(form, f"mail.{kind}"),
            "webhook": wish["webhook"],
        }  # fmt: skip
        if all(wish[name] == value for name, value in wanted.items()):
            continue
        once, path = f"{text(form, 'once')}-{kind}", f"/v1/preferences/{kind}"
        try:
            await visit.services.tell("notifications", path, wanted, once=once, method="PUT")
        except Refused as no:
            errors[kind] = refusal(visit, no)
    return await _page(visit, errors) if errors else visit.go("/preferences?done=1")


async def _page(visit: Visit, errors: dict[str, str] | None = None, notice: str = "") -> Response:
    found: Any = await visit.services.get("notifications", "/v1/preferences")
    return visit.page(
        "preferences.html", 422 if errors else 200, wishes=found["items"], errors=errors or {},
        notice=notice, mails=MAILS,
    )  # fmt: skip
