"""Mara's shop with something on every page of the admin, what stands in each page's address, and what its forms send.

A route with a part that `PARTS` does not know fails the tests that walk through all: say here what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from labelled import approved, with_labels
from PIL import Image
from pydantic import TypeAdapter
from returns_counter import Counter, open_counter
from settling import with_credit
from sqlalchemy import select
from werkzeug.test import TestResponse
from without_receipt import asked, kind, know_ada

from devstore.tokens import COLLEAGUE, STAFF, id_token
from shopify_app.automations import kept_dry_run, versions
from shopify_app.automations.firing import Judged, fire
from shopify_app.automations.models import AutomationVersion, DryRun
from shopify_app.automations.rules import Automations, Facts
from shopify_app.carriers import accounts
from shopify_app.casework.models import BulkAction, CaseKind, SavedReply, SavedView
from shopify_app.catalogue.models import HowTo, Product
from shopify_app.db import Database, Session
from shopify_app.orders.models import Order
from shopify_app.returns import photos
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.no_receipt import files as no_receipt_files
from shopify_app.returns.no_receipt.files import KeptFile
from shopify_app.returns.no_receipt.models import NoReceiptFile, NoReceiptRequest, ProofOf
from shopify_app.returns.parcels.models import ReturnLabel
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import Method
from shopify_app.returns.writing import drafts
from shopify_app.shopify.oauth import StaffUser, TokenGrant
from shopify_app.shops import staff
from shopify_app.shops.installation import install
from shopify_app.shops.models import PrivacyRequest, Shop
from wire import SHOP, application

OTTO, OTTOS_PERSON = "ottos-outlet.myshopify.com", 9001
NOTE = "Only Mara knows of the mauve ribbon"
SECRETS = ("Lindholm", "ada@example.com", "mauve ribbon", "Mara Lind", "Jonas Ek", "R-10", "Linen shirt", "N-10")
"""Words of Mara's shop that nobody else may read."""

Part = Callable[[Session], Any]


def _first(column: Any) -> Part:
    return lambda session: session.scalars(select(column).order_by(column)).first()


PARTS: Mapping[str, Part] = {
    "returns/<rma>": _first(Return.rma),
    "photo/<photo_id>": _first(ReturnPhoto.id),
    "label/<label_id>": _first(ReturnLabel.id),
    "no-receipt/<number>": _first(NoReceiptRequest.number),
    "file/<file_id>": _first(NoReceiptFile.id),
    "guides/<guide_id>": _first(HowTo.id),
    "many/<bulk_id>": _first(BulkAction.id),
    "versions/<version>": _first(AutomationVersion.number),
    "staff/<user_id>": lambda _: COLLEAGUE["id"],
    "requests/<request_id>": _first(PrivacyRequest.id),
}
"""By the step before it: what of Mara's stands in an address."""

EVERYBODYS: Mapping[str, tuple[Any, ...]] = {
    "versions/<number>": (1,),
    "designer/<section>": ("brand", "blocks", "support", "questions", "recommendations", "offers"),
    "preview/<page>": ("tracking",),
}
"""Parts that every shop has of its own, under the same names."""

QUERIES: Mapping[str, tuple[str, ...]] = {
    "/app/returns": ("", "tab=all"),
    "/app/returns/new": ("", "order={order}"),
    "/app/returns/policy/rule": ("", "at=0"),
    "/app/automations/rule": ("", "key=0a1b2c3d"),
    "/app/automations/log": ("", "key=0a1b2c3d"),
    "/app/returns/policy/try": ("", "order={order}"),
    "/app/designer/guides/new": ("owner=product:{product}",),
    "/app/insights/table": tuple(
        f"of={name}"
        for name in (
            *("products", "variants", "suppliers", "reasons", "outcomes", "lanes", "customers", "figures"),
            *("money", "answers", "kept", "again", "cards"),
        )
    ),
    "/app/insights/file": ("of=products",),
}
"""What an address is asked with; ``{order}`` is the number of Mara's order, ``{product}`` the id of her product."""


@dataclass(frozen=True)
class Route:
    """One method of one address, filled with Mara's things; `is_hers`: it names something that only she has."""

    rule: str
    method: str
    path: str
    is_hers: bool


class Forms(HTMLParser):
    """The forms of a page that change something: where each goes, and what it sends as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self._is_inside = False
        self._list = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._is_inside = said.get("method") == "post"
            if self._is_inside:
                self.found.append((said.get("action") or "", []))
        if tag == "s-choice-list":
            self._list = said.get("name") or ""
        name = said.get("name") or (self._list if tag == "s-choice" else "")
        if self._is_inside and name and tag != "s-choice-list":
            self.found[-1][1].append((name, said.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"


@dataclass(frozen=True)
class House:
    """The whole web application over Mara's furnished shop, and Otto's beside it."""

    counter: Counter
    app: Flask
    client: FlaskClient

    def token(self, shop: str = SHOP, person: int = int(STAFF["id"])) -> str:
        """What App Bridge hands out in the admin of `shop`."""
        return id_token(replace(self.counter.wire.config, shop=shop), person, self.counter.now())

    def routes(self) -> Iterator[Route]:
        """Every address of the admin but the bounce page, which knows nothing, and those at which there is no page."""
        with self.counter.database.read() as session:
            for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule):
                if rule.endpoint.startswith("admin.") and rule.endpoint not in ("admin.bounce", "admin.no_such_page"):
                    for path, is_hers in filled(session, rule.rule):
                        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                            yield Route(rule.rule, method, path, is_hers)

    def ask(self, path: str, method: str = "GET", shop: str = SHOP, **more: Any) -> TestResponse:
        """As the frame's script fetches it."""
        split = "&" if "?" in path else "?"
        token = more.pop("token", None) or self.token(shop)
        return self.client.open(
            f"{path}{split}shop={shop}", method=method, headers={"Authorization": f"Bearer {token}"}, **more
        )


def filled(session: Session, rule: str) -> list[tuple[str, bool]]:
    """The addresses of `rule` with Mara's things in them, and whether she alone has them. Fails for a part that nobody
    has named yet."""
    known = {
        "order": session.scalars(select(Order.name)).first(),
        "product": session.scalars(select(Product.shopify_id)).first(),
    }
    paths, is_hers = [rule], False
    for step, name in re.findall(r"([^/]+)/<(?:\w+:)?(\w+)>", rule):
        part = f"{step}/<{name}>"
        assert part in PARTS or part in EVERYBODYS, f"{rule}: say in tests/admin_pages.py what stands at {part}"
        things = (PARTS[part](session),) if part in PARTS else EVERYBODYS[part]
        assert None not in things, f"{rule}: Mara has nothing to stand at {part}; furnish her shop with it"
        is_hers = is_hers or part in PARTS
        paths = [re.sub(rf"<(?:\w+:)?{name}>", str(thing), path, count=1) for path in paths for thing in things]
    return [
        (f"{path}?{query}".format(**{key: quote(str(value)) for key, value in known.items()}).rstrip("?"), is_hers)
        for path in paths
        for query in QUERIES.get(rule, ("",))
    ]


def furnished(database: Database, url: str, folder: Path) -> House:
    """Mara's shop with a return that has photos and a label, a request without a number with a file, a guide, a view,
    a reply, work on many, a policy that has been changed, a colleague; and Otto's, with nothing."""
    counter = with_labels(with_credit(open_counter(database, url)), folder)
    know_ada(counter)
    with database.write() as session:
        accounts.disconnect(session, counter.shop_id, "1", counter.now())
    ret = approved(counter, method=Method.OWN_CARRIER)
    counter.publish(kind())
    asked(counter, files=_files(counter))
    with database.write() as session:
        _furnish(session, counter, ret)
        _open_ottos(session, counter)
    app = application(counter.wire.adapters)
    house = House(counter, app, app.test_client())
    _give_label(house, ret)
    return house


def _give_label(house: House, ret: Return) -> None:
    """By the form of the return's page: its file lies outside the database."""
    version = re.search(r'name="version" value="(\d+)"', house.ask(f"/app/returns/{ret.rma}").text)
    assert version
    form = {"verb": "label", "version": version[1], "file": (BytesIO(b"%PDF-1.4 a label"), "label.pdf")}
    assert house.ask(f"/app/returns/{ret.rma}", "POST", data=form).status_code == 303


def _furnish(session: Session, counter: Counter, ret: Return) -> None:
    now, shop_id = counter.now(), counter.shop_id
    session.get_one(Return, ret.id).lines[0].note = NOTE
    session.add_all(_photos(counter, session.get_one(Return, ret.id)))
    product = session.scalars(select(Product.shopify_id)).first() or 0
    session.add(
        HowTo(
            shop_id=shop_id, owner_kind="product", owner_shopify_id=product, slug="mauve", phase="care", type="tip",
            language="en", title=NOTE, text=NOTE, is_own=True,
        )
    )  # fmt: skip
    session.add(SavedView(shop_id=shop_id, kind=CaseKind.RETURN, name=NOTE, query="tab=all", made_at=now))
    session.add(
        PrivacyRequest(
            shop_id=shop_id, shop_domain=SHOP, topic="customers/data_request", received_at=now, done_at=now,
            outcome={"orders": 1}, export=f'{{"note": "{NOTE}"}}',
        )
    )  # fmt: skip
    session.add(SavedReply(shop_id=shop_id, name=NOTE, body=NOTE, changed_at=now))
    session.add(
        BulkAction(shop_id=shop_id, kind=CaseKind.RETURN, verb="note", facts={"text": NOTE}, made_at=now, due_at=now)
    )
    drafted = replace(kind(), rules=(*kind().rules, Rule(name=NOTE)))
    drafts.save(session, shop_id, drafted, 0, str(STAFF["id"]), now)
    _automate(session, counter)
    for person in (STAFF, COLLEAGUE):
        name, is_owner = f"{person['first_name']} {person['last_name']}", bool(person["account_owner"])
        told = StaffUser(int(person["id"]), name, is_owner)
        staff.learn(session, shop_id, str(person["id"]), told, now)


def _automate(session: Session, counter: Counter) -> None:
    """A rule in force that has acted, and a draft beside it, whose dry run has begun."""
    mail = {"do": "mail_team", "words": NOTE, "to": "mara@example.com"}
    then = (mail, {"do": "call", "url": "https://hooks.example.org/"})
    rule = {"key": "0a1b2c3d", "name": NOTE, "on": "ReturnRequested", "then": then}
    now, by, shop_id = counter.now(), str(STAFF["id"]), counter.shop_id
    for name in (NOTE, f"{NOTE} twice"):
        rules = TypeAdapter(Automations).validate_python({"rules": [rule | {"name": name}]})
        held = versions.draft_of(session, shop_id)
        saved = versions.save(session, shop_id, rules, held.revision, by, now)
        if name == NOTE:
            versions.publish(session, shop_id, saved.revision, NOTE, by, now)
    order = session.scalars(select(Order)).first()
    assert order is not None
    facts = Facts("ReturnRequested", order.id, order.shopify_id, order.name, now)
    fire(session, shop_id, Judged(1, 1, facts, versions.newest(session, shop_id).rules.rules), now)
    run = session.get_one(DryRun, kept_dry_run.begin(session, shop_id, 90, by, now))
    of_order = {"at": now.isoformat(), "kind": "ReturnRequested", "order_id": order.id, "return_id": 1}
    run.found = run.found | {"looked_at": 9, "counts": {"0a1b2c3d": 1}, "examples": [of_order | {"rule": "0a1b2c3d"}]}


def _open_ottos(session: Session, counter: Counter) -> None:
    """Otto is installed and known: his visits ask Shopify nothing."""
    life = int(timedelta(days=1).total_seconds())
    shop = install(session, OTTO, TokenGrant("otto", life, "otto", life, counter.wire.shop().scopes), counter.now())
    shop.seen_at = counter.now() + timedelta(minutes=1)
    told = StaffUser(OTTOS_PERSON, "Otto Brandt", is_owner=True)
    staff.learn(session, shop.id, str(OTTOS_PERSON), told, counter.now())


def _files(counter: Counter) -> list[KeptFile]:
    folder = no_receipt_files.folder_in(counter.wire.adapters.config.data_dir)
    return [
        no_receipt_files.keep(folder, counter.database.keyring, counter.shop_id, _picture(), "shirt", ProofOf.GOODS)
    ]


def _photos(counter: Counter, ret: Return) -> Iterator[ReturnPhoto]:
    """One that the shopper sent of the first thing, and one that was taken of it when it was here."""
    folder = photos.folder_in(counter.wire.adapters.config.data_dir)
    line, now = ret.lines[0], counter.now()
    for unit in (None, line.units[0]):
        kept = photos.keep(folder, counter.database.keyring, counter.shop_id, _picture(), "sleeve.jpg")
        whose = {"fulfillment_line_id": line.fulfillment_line_id or 0, "unit_id": unit and unit.id}
        yield ReturnPhoto(shop_id=counter.shop_id, return_id=ret.id, added_at=now, **whose, **asdict(kept))


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (30, 30), "green").save(drawn, "JPEG")
    return drawn.getvalue()


def rows_of(session: Session, shop_id: int, tables: Any) -> dict[str, list[Any]]:
    """Everything a shop has, to be held against what it has later."""
    return {
        table.name: [tuple(row) for row in session.execute(select(table).where(table.c.shop_id == shop_id))]
        for table in tables
        if "shop_id" in table.c
    } | {"shop": [tuple(row) for row in session.execute(select(Shop.__table__).where(Shop.id == shop_id))]}
