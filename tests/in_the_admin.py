"""Product and dev store at addresses of their own in this process, and somebody in the admin's frame in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page
from werkzeug.serving import BaseWSGIServer, make_server

from devstage import parts_of
from devstore import billing
from devstore.opening import open_shop
from devstore.seed import build
from devstore.store import Store
from shopify_app.db import Database
from shopify_app.shops.entitlements import AppPricing
from wire import SHOP, Wire, application, wire

NEWEST = 170
PATIENCE_MS = 40_000
SETTLING_MS = 250
"""Within which whatever would push a page's content about has done so; pages that ask for news are never idle."""
MOST_SHIFT = 0.1
"""Cumulative layout shift of a visit to a page, at which a page still counts as calm (web.dev "CLS")."""

SHIFTS = """window.shifted = [];
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted.push({value: each.value,
    what: each.sources.map(part => `${part.node?.nodeName}: ${(part.node?.textContent ?? '').trim().slice(0, 40)}`)});
}).observe({type: 'layout-shift', buffered: true});
addEventListener('page-arrived', () => setTimeout(() => { window.shifted.length = 0; }, 60), true);"""
"""What moves because somebody asked for another page is none: browsers leave out half a second after a click, and a
busy machine answers later than that."""


@contextmanager
def in_the_admin(database: Database, url: str, seed: int | None = None, bought: str = "") -> Iterator[Wire]:
    """Both, wired to each other without a socket; `seed` fills the shop at Shopify. Granted, and not opened yet. With
    `bought`, a plan's handle, Shopify sells the plans and the shop has begun that one's trial."""
    app, devstore = _door(), _door()
    app_url, devstore_url = (f"http://127.0.0.1:{door.server_port}" for door in (app, devstore))
    store = None if seed is None else _full(seed, devstore_url)
    addresses = {"app_url": app_url, "origin": devstore_url, "port": devstore.server_port, "bucket_size": 1_000_000}
    found = wire(database, url, store, **addresses)
    static = f"{devstore_url}/static"
    config = replace(
        found.adapters.config,
        app_url=app_url,
        admin_origin=devstore_url,
        app_bridge_url=f"{static}/app-bridge.js",
        polaris_url=f"{static}/polaris-stub.js",
    )
    found.adapters = replace(found.adapters, config=config)
    if bought:
        _sell(found, bought)
    app.app, devstore.app = application(found.adapters), found.app
    found.grant()
    yield found
    app.shutdown()
    devstore.shutdown()


def _sell(stage: Wire, plan: str) -> None:
    adapters = stage.adapters
    pricing = AppPricing(
        adapters.database, adapters.clock, adapters.admin_apis.of, adapters.config.admin_origin, "postlude"
    )
    stage.adapters = replace(adapters, entitlements=pricing)
    billing.approve(stage.world, billing.choose(stage.world, plan)["id"])


def _door() -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _full(seed: int, origin: str) -> Store:
    """The seeded shop with its newest orders: enough to work on, and read in a moment."""
    whole = build(seed, datetime.now().astimezone(), SHOP, origin)
    newest = sorted(whole.orders, key=lambda order: order["id"])[-NEWEST:]
    store = Store(None)
    open_shop(store, replace(whole, **parts_of(whole, newest)))
    return store


def visit(page: Page, stage: Wire, path: str) -> FrameLocator:
    """Opens a page of the app in the admin."""
    page.goto(f"{stage.config.public_origin}/admin/apps/postlude/{path}".rstrip("/"))
    frame = page.frame_locator("#app-frame")
    frame.locator("s-page").wait_for()
    return frame


def inside(page: Page) -> Frame:
    """The app's own document."""
    return next(found for found in page.frames if found.parent_frame is not None)


@dataclass
class Seat:
    """Somebody at a screen. `faults` collects what none of the pages they see may have: errors in the console,
    violations of WCAG that axe knows, content that jumps or does not fit the width. With `pictures` every page that is
    looked at is photographed there, without the admin around it."""

    stage: Wire
    context: BrowserContext
    pictures: Path | None = None
    page: Page = field(init=False)
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.add_init_script(SHIFTS)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", lambda said: self.faults.append(f"console: {said.text}") if _is_error(said) else None)

    def open(self, path: str) -> FrameLocator:
        return visit(self.page, self.stage, path)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#app-frame")

    def save(self) -> None:
        """The save bar's button, which the admin shows and not the app."""
        self.page.get_by_role("button", name="Save", exact=True).click()

    def shown_in_preview(self) -> str:
        """The document in the designer's preview, once it is there."""
        stage = self.frame.locator(".stage:not([aria-busy]) iframe[srcdoc]")
        stage.wait_for()
        return stage.get_attribute("srcdoc") or ""

    def sits_as(self, staff_id: object) -> None:
        """Takes the seat of somebody else who works in the shop."""
        origin = self.stage.config.public_origin
        self.context.add_cookies([{"name": "devstore_staff", "value": str(staff_id), "url": origin}])

    def look(self, name: str) -> None:
        """Holds the page that is shown against what every page promises."""
        self.page.wait_for_timeout(SETTLING_MS)
        shown = inside(self.page)
        self.seen.append(name)
        for found in Axe().run(shown).response["violations"]:  # type: ignore[arg-type] - a frame runs scripts as a page
            self.faults.append(f"{name}: {found['id']} {[node['html'][:160] for node in found['nodes']]}")
        shifts = shown.evaluate("window.shifted.splice(0)")
        if (moved := sum(each["value"] for each in shifts)) > MOST_SHIFT:
            self.faults.append(f"{name}: moves by {moved:.2f}: {shifts}")
        if (wide := shown.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            self.faults.append(f"{name}: {wide} px too wide")
        if self.pictures:
            self._photograph(f"{len(self.seen):02}-{name.replace(' ', '-')}.png")
            self.page.wait_for_timeout(SETTLING_MS)
            shown.evaluate("window.shifted.length = 0")

    def _photograph(self, file: str) -> None:
        """The frame alone; the window is made larger by as much as the admin takes for itself."""
        window, here = self.page.viewport_size, self.page.locator("#app-frame")
        box = here.bounding_box()
        assert self.pictures is not None
        assert window is not None
        assert box is not None
        room = {"width": 2 * window["width"] - int(box["width"]), "height": 2 * window["height"] - int(box["height"])}
        self.page.set_viewport_size(room)  # type: ignore[arg-type]
        inside(self.page).evaluate("document.querySelector('[error]:not([error=\"\"])') || scrollTo(0, 0)")
        over = self.page.locator("#toasts, #save-bar")
        over.evaluate_all("parts => parts.forEach(part => { part.style.visibility = 'hidden' })")
        self.page.wait_for_timeout(400)
        here.screenshot(path=self.pictures / file)
        over.evaluate_all("parts => parts.forEach(part => { part.style.visibility = '' })")
        self.page.set_viewport_size(window)


def _is_error(said: Any) -> bool:
    """Whether the console complains. A form that is refused is no complaint, though browsers note its status; nor is
    that the preview, which may run nothing, does not run `SHIFTS`."""
    return said.type == "error" and "status of 422" not in said.text and "in 'about:srcdoc'" not in said.text


@contextmanager
def seated(
    browser: Browser, stage: Wire, width: int, height: int, pictures: Path | None = None, **how: Any
) -> Iterator[Seat]:
    """A person with a window of their own."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **how)
    yield Seat(stage, context, pictures)
    context.close()
