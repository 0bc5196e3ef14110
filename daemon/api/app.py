"""The app: routes, limits, and problems as documents."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from daemon.api import problems, scripts, skips, videos
from daemon.api.controls import Controls
from daemon.api.events import Broadcast
from daemon.api.limits import BodyLimit
from daemon.api.routes import v1
from daemon.contract.problems import MEDIA_TYPE, Problem
from daemon.jobs.store import Store

REFUSED = {"description": "refused, and why", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def create(store: Store, controls: Controls, version: str, heartbeat: float = 15.0) -> FastAPI:
    """The app over this store. ``heartbeat``: seconds between signs of life on a quiet event stream.

    Before the server stops, call ``app.state.broadcast.close()``: it ends the event streams.
    """
    app = FastAPI(title="Reelscribe", version=version, docs_url=None, redoc_url=None, responses={"default": REFUSED})
    app.state.store = store
    app.state.controls = controls
    app.state.broadcast = Broadcast(store, heartbeat)
    app.add_middleware(BodyLimit)
    app.include_router(v1)
    app.include_router(skips.v1)
    app.include_router(scripts.v1)
    app.include_router(videos.v1)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    problems.install(app)
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    return document
