"""What becomes of the routes that a service brings."""

from typing import Annotated

import httpx2
import pytest
from fastapi import APIRouter, Depends

from chassis.commands import Context
from chassis.http import Doors, caller, command_context, create_app

from .conftest import Provider


def test_a_route_that_asks_nobody_who_they_are_is_not_served(doors: Doors) -> None:
    router = APIRouter(prefix="/v1")
    outer = APIRouter(prefix="/deep")

    @router.get("/open")
    async def walk_in() -> None: ...

    @router.get("/key-only")
    async def with_key(_: Annotated[Context, Depends(command_context)]) -> None: ...

    outer.include_router(router)
    with pytest.raises(RuntimeError, match=r"GET /deep/v1/open, GET /deep/v1/key-only"):
        create_app("house", [outer], doors)


async def test_a_route_within_routers_is_looked_up_once_and_asks_what_each_of_them_asks(
    doors: Doors, provider: Provider
) -> None:
    """FastAPI would look it up anew in every router on the way."""
    rooms = APIRouter(prefix="/rooms", dependencies=[Depends(caller("keeper"))])
    floor = APIRouter(prefix="/v1/floor", dependencies=[Depends(caller("guest"))])

    @rooms.get("/{room}", status_code=203)
    async def show(room: int) -> dict[str, int]:
        return {"room": room}

    floor.include_router(rooms)
    app = create_app("house", [floor], doors)
    assert "/v1/floor/rooms/{room}" in {getattr(each, "path", None) for each in app.routes}
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
        for roles, status in ((["guest"], 403), (["keeper"], 403), (["guest", "keeper"], 203)):
            headers = {"authorization": f"Bearer {provider.token(roles=roles)}"}
            answer = await client.get("/v1/floor/rooms/7", headers=headers)
            assert answer.status_code == status
        assert answer.json() == {"room": 7}
