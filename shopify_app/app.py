"""Opens the doors: the only file that knows everything."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, jsonify, redirect, request
from flask.json.provider import DefaultJSONProvider
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter
from werkzeug.wrappers import Response as Answer

from jobs.reactions import FOLLOWERS
from shopify_app import account, admin, observability, pushes, queue, storefront, wiring
from shopify_app.config import Config, load_config
from shopify_app.crypto import CannotDecrypt
from shopify_app.shops.models import Shop
from shopify_app.threads import OnThreads
from shopify_app.wiring import Adapters
from webhooks.receive import Intake

log = structlog.get_logger(__name__)
_A_SEALED_TOKEN = select(Shop.access_token).where(Shop.access_token.is_not(None)).order_by(Shop.id.desc()).limit(1)
_LACKS_A_KEY = "POSTLUDE_ENCRYPTION_KEYS lacks a key that stored data was encrypted with"

THREADS = 32


def create_app(config: Config) -> Flask:
    """The whole web application for one configuration."""
    observability.set_up_logging(config.log_level)
    queue.use_broker(config.redis_url)
    return assemble(wiring.build(config, FOLLOWERS))


def assemble(adapters: Adapters) -> Flask:
    """The web application around adapters that exist already (tests bring their own)."""
    app = doors()
    app.extensions["postlude"] = adapters
    return app


class RowNumber(IntegerConverter):
    """A number in an address. One that no column of ours could hold names nothing."""

    def __init__(self, rules: Map) -> None:
        super().__init__(rules, max=2**63 - 1)


class RowName(UnicodeConverter):
    """A word in an address. One with the character NUL, which PostgreSQL does not keep, names nothing."""

    def __init__(self, rules: Map) -> None:
        super().__init__(rules)
        self.regex = "[^/\\x00]+"


class Texts(ImmutableMultiDict[str, Any]):
    """What an address asks and a form says, without NUL."""

    def __init__(self, told: Any = None) -> None:
        if told is not None and not isinstance(told, Mapping):
            told = [(_kept(name), _kept(value)) for name, value in told]
        super().__init__(told)


class TextsInJson(DefaultJSONProvider):
    """JSON that was sent to us. One that is nested deeper than anybody can mean is none; texts come as from a form,
    without NUL and without halves of characters."""

    def loads(self, s: str | bytes, **more: Any) -> Any:
        try:
            return _kept_within(super().loads(s, **more))
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Asked(Request):
    """A request whose texts any database keeps."""

    parameter_storage_class = Texts


def doors() -> Flask:
    """Every door, before anything to work with lies behind it."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.request_class = Asked
    app.json = TextsInJson(app)
    app.url_map.converters |= {"int": RowNumber, "default": RowName, "string": RowName}
    app.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024  # forms and JSON; the webhook intake has its own cap
    app.register_blueprint(admin.blueprint)
    app.register_blueprint(storefront.blueprint)
    app.register_blueprint(account.blueprint)
    app.register_blueprint(pushes.blueprint)
    _add_entrance(app)
    _add_operations(app)
    _add_refusals(app)
    return app


def from_environment() -> Intake:
    """What the web server's workers call: the intake on the event loop, everything else on threads through Flask."""
    app = create_app(load_config(os.environ))
    gc.freeze()  # what the house is made of stays: collecting looks at what pages leave behind, not at all of it
    adapters: Adapters = app.extensions["postlude"]
    return Intake(OnThreads(app, THREADS, storefront.tracking.lane(adapters.database)), adapters)


def _add_entrance(app: Flask) -> None:
    @app.get("/")
    def entrance() -> Answer:
        """Shopify opens the app at its `application_url`, our root, with the shop, its host and a session token in the
        address; all of it goes on to the merchant's door, which proves it."""
        asked = request.query_string.decode("latin-1")
        answer = redirect(f"/app?{asked}" if asked else "/app")
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _add_operations(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers; nothing else is asked."""
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """The database answers, has our tables, and our keys open what is sealed in it: traffic may come."""
        try:
            with _adapters().database.read() as session:
                session.scalar(_A_SEALED_TOKEN)
        except CannotDecrypt:
            log.warning("not_ready", error=CannotDecrypt.__name__)
            return jsonify(status="unavailable", why=_LACKS_A_KEY), 503
        except SQLAlchemyError as failure:
            log.warning("not_ready", error=type(failure).__name__)
            return jsonify(status="unavailable", why="the database does not answer or is not migrated"), 503
        return jsonify(status="ready"), 200

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(observability.metrics_text(_adapters().database), mimetype="text/plain; version=0.0.4")


def _add_refusals(app: Flask) -> None:
    """What is said where no door has a page of its own for it."""

    @app.errorhandler(404)
    def nothing_here(_error: Any) -> tuple[Response, int]:
        return _sentence("There is no page at this address."), 404

    @app.errorhandler(405)
    def wrong_method(_error: Any) -> tuple[Response, int]:
        return _sentence("This address does not take that kind of request."), 405

    @app.errorhandler(413)
    def too_large(_error: Any) -> tuple[Response, int]:
        return _sentence("That is more than this address accepts. Please send less."), 413

    @app.errorhandler(500)
    def our_fault(_error: Any) -> tuple[Response, int]:
        return _sentence("Something on our side did not work. Please try again in a minute."), 500


def _kept(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


def _kept_within(value: Any) -> Any:
    match value:
        case dict():
            return {_kept_within(name): _kept_within(each) for name, each in value.items()}
        case list():
            return [_kept_within(each) for each in value]
        case str():
            return _kept(value).encode("utf-8", "ignore").decode()
    return value


def _adapters() -> Adapters:
    return current_app.extensions["postlude"]


def _sentence(text: str) -> Response:
    """For whoever reaches an address that belongs to no door; doors have pages of their own."""
    return Response(text + "\n", mimetype="text/plain")
