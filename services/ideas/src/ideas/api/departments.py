"""The departments of the directory, for whoever leads to choose from."""

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.process import Parts
from ideas.api.around.reading import Leader
from ideas.projections.directory import find_departments, find_people


class Departments(BaseModel):
    """Departments by name, in their order; `of_my_people` are those where somebody I lead works."""

    items: list[str]
    of_my_people: list[str]


def departments(parts: Parts) -> APIRouter:
    """Return the route of departments."""
    router = APIRouter(tags=["people"])

    @router.get("/departments", summary="Where people work, and where those whom I lead do")
    async def list_departments(who: Leader) -> Departments:
        mine = await find_people(parts.db.pool, who.subject)
        return Departments(
            items=list(await find_departments(parts.db.pool)), of_my_people=list(mine.departments)
        )

    return router
