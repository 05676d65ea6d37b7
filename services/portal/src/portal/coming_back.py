"""Where somebody comes back to when the form that they sent was not taken: to its page."""

import httpx2
from starlette.requests import Request
from starlette.routing import Match, Router

from portal.visit import own_path


def page_of_form(request: Request) -> str:
    """Return the page on which the form of a request stands.

    It is the one that the browser says it came from, if that can be asked for; else the first
    that can of the address of the form and what lies above it.
    """
    came = httpx2.URL(request.headers.get("referer", ""))
    if came.netloc.decode() == request.headers.get("host") and _shown(request, came.path):
        return own_path(came.raw_path.decode())
    path = request.url.path
    while not _shown(request, path):
        path = path.rpartition("/")[0] or "/"
    return own_path(path)


def _shown(request: Request, path: str) -> bool:
    """Tell whether there is a page at a path: many addresses only take forms."""
    asked = {**request.scope, "method": "GET", "path": path, "root_path": ""}
    router: Router = request.app.router
    return path == "/" or any(each.matches(asked)[0] is Match.FULL for each in router.routes)
