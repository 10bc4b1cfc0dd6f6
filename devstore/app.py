"""The whole dev store as one WSGI application."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from devstore import api, control
from devstore.addresses import DevStoreApp
from devstore.calls import CallLog
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.cost import Bucket
from devstore.opening import open_shop
from devstore.returning.adoption import adopt_returns
from devstore.schema import admin_schema
from devstore.seed import build
from devstore.store import Store
from devstore.subscriptions import load_manifest
from devstore.tokens import TokenDesk
from devstore.webhooks import Outbox, Sender
from devstore.world import World

PEOPLES_SIDE = ("admin_shell", "account_shell", "inbox", "easypost", "storefront")
"""Modules with doors of their own; the storefront comes last because it answers ``/``."""


def create_devstore(config: DevStoreConfig, store: Store | None = None) -> Flask:
    """The application; an empty store is filled with the seeded shop. Webhook threads run when the config says so.

    ``app.extensions["devstore"]`` holds the `World`, ``["devstore_sender"]`` the `Sender`.
    """
    if config.data_dir is not None:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    store = store or Store(config.store_path)
    world = make_world(config, store)
    if not store.all("shop"):
        open_shop(store, build(config.seed, world.now(), config.shop, config.public_origin, config.history))
    adopt_returns(world)
    bucket = Bucket(world.shop().get("plan_name") or "", config.bucket_size, config.restore_rate)
    desk = api.Desk(world, TokenDesk(store, config), bucket, CallLog())
    sender = Sender(world.outbox)
    app = DevStoreApp("devstore")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(api.blueprint(store, config, desk))
    app.register_blueprint(control.blueprint(store, config, desk, sender))
    for name in PEOPLES_SIDE:
        if find_spec(f"devstore.{name}") is not None:
            app.register_blueprint(import_module(f"devstore.{name}").blueprint(store, config))
    app.extensions |= {"devstore": world, "devstore_sender": sender}
    admin_schema()
    if config.deliver_webhooks:
        sender.start()
    return app


def make_world(config: DevStoreConfig, store: Store) -> World:
    """The store with its clock and the app's subscriptions."""
    clock = Clock(config.clock_file)
    return World(store, config, clock, Outbox(store, config, clock, load_manifest(config.app_manifest)))
