"""Opens houses: Mara's shop with the app in it, and Otto's beside it, which has the same numbers for everything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import httpx
from house import KEYS, House
from letterbox import SERVER, Letterbox
from sqlalchemy import event

from devstore import shelf
from devstore.app import create_devstore
from devstore.config import EASYPOST_KEY, EASYPOST_SECRET, DevStoreConfig
from devstore.store import Store
from jobs import reactions
from letters import Door, flask_stands_here
from shopify_app import queue
from shopify_app.carriers import accounts, easypost
from shopify_app.db import Database, make_engine
from shopify_app.settings.keys import set_key
from shopify_app.shopify.transport import Budget, Transport
from shopify_app.tables import metadata
from shopify_app.wiring import assemble
from webhooks.receive import Intake
from wire import SCOPES, SHOP, Line, Wire, product_config, wire

WAREHOUSE = (
    '[{"recipient": "Returns", "street": "Lagergatan 4", "postcode": "504 30", "city": "Borås", "country": "SE"}]'
)
COATS = ("60.00", "54.00", "40.00")
"""What new items cost in exchanges: more than a shirt with its tax and bonus, as much, less."""
AGENT = "127.0.0.1"
"""Where the dev store of Mara's shop plays the carriers' agent, for both shops."""
OTTO = "ottos-outlet.myshopify.com"
PLENTY = {"bucket_size": 10**6, "restore_rate": 10**6}
"""Points for queries: days pass in seconds here, and a bucket that fills in real time would be empty for ever. Being
throttled is a fault of its own."""


class Lines(httpx.BaseTransport):
    """Carries each request to the dev store of its host."""

    def __init__(self, lines: dict[str, Line]) -> None:
        self.lines = lines

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.lines[request.url.host].handle_request(request)


def open_house(database_url: str | None = None) -> House:
    """A new shop with the app installed and goods on its shelves, over a database with every table; without one, over
    one of its own in memory where the machine has room for that. Otto's shop is its neighbour: a dev store of its own,
    which counts from the same number, so that orders, customers and goods of both have the same ids at Shopify."""
    queue.use_broker("memory://")
    shared = Path("/dev/shm")
    place = Path(mkdtemp(prefix="postlude-house-", dir=shared if shared.is_dir() else None))
    url = database_url or _new_database(place)
    database = Database(url, KEYS, reactions.FOLLOWERS)
    if database.engine.dialect.name == "sqlite":
        event.listen(database.engine, "connect", _do_not_wait_for_the_disk)
    built = wire(database, url, shop_with_a_past(), clock_file=place / "clock", **PLENTY)
    others = _neighbour(built, database, url)
    door = Door(Intake(flask_stands_here, built.adapters))
    letterbox = Letterbox(built.world.store, built.now)
    house = _furnished(built, door, place, letterbox, "ada")
    house.neighbours.append(_furnished(others, door, place, letterbox, "ben"))
    house.settle_down()
    return house


def _new_database(place: Path) -> str:
    url = f"sqlite:///{place / 'postlude.sqlite3'}"
    engine = make_engine(url, KEYS)
    metadata.create_all(engine)
    engine.dispose()
    return url


def _do_not_wait_for_the_disk(connection: object, _record: object) -> None:
    """Nobody cuts the power here; whoever is killed in one process leaves what was committed."""
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def _neighbour(mine: Wire, database: Database, url: str) -> Wire:
    """Otto's dev store, at the same Shopify and so at the same time; from here on the product reaches both shops, each
    at its own address."""
    clock = mine.config.clock_file
    config = DevStoreConfig(shop=OTTO, installed_scopes=SCOPES, deliver_webhooks=False, clock_file=clock, **PLENTY)
    app = create_devstore(config, shop_with_a_past(name="Otto's Outlet", domain=OTTO))
    line = Line(app)
    hosts = {SHOP: mine.line, OTTO: line, AGENT: mine.line}
    lines = httpx.Client(transport=Lines(hosts))
    transport = Transport(lines, lambda shop: f"http://{shop}", Budget(None), mine.slept.append, lambda: 0.0)
    both = replace(product_config(mine.config, url), mail_server=SERVER)
    mine.adapters = assemble(both, database, mine.world.clock, transport)
    return Wire(app.extensions["devstore"], app, line, mine.adapters)


def _furnished(built: Wire, door: Door, place: Path, letterbox: Letterbox, buyer: str) -> House:
    """The app installed, and shirts on the shelf."""
    shop = built.install()
    sizes = [{"title": size, "price": "50.00", "stock": 100_000} for size in ("S", "M", "L")]
    made = shelf.create_product(built.world, {"title": "Wool shirt", "variants": sizes, "tax_rate": 0.08})
    coats = [{"title": price, "price": price, "stock": 100_000} for price in COATS]
    more = shelf.create_product(built.world, {"title": "Rain coat", "variants": coats, "tax_rate": 0.08})
    variants = {each["title"]: each["id"] for each in (*made["variants"], *more["variants"])}
    _sell_labels(built, shop.id, place)
    return House(built, door, shop.id, variants, place, letterbox, buyer)


def _sell_labels(built: Wire, shop_id: int, place: Path) -> None:
    """An account at the carriers' agent, and where parcels go; files lie in `place`."""
    built.adapters = replace(built.adapters, config=replace(built.adapters.config, data_dir=place))
    now = built.now()
    with built.adapters.database.write() as session:
        set_key(session, shop_id, "parcels.addresses", WAREHOUSE, "mara", now)
        accounts.connect(session, shop_id, easypost.ID, EASYPOST_KEY, EASYPOST_SECRET, True, "mara", now)


def shop_with_a_past(file: Path | None = None, name: str = "Mara's Goods", domain: str = SHOP) -> Store:
    """A small shop that gives store credit."""
    store = Store(file)
    shop = {"id": 1, "name": name, "myshopify_domain": domain, "currency": "EUR"}
    accounts = {"_customer_accounts": "REQUIRED_NEW_CUSTOMER_ACCOUNTS", "enabled_presentment_currencies": ["EUR"]}
    rest = {"email": "mara@example.com", "iana_timezone": "Europe/Stockholm", "country_code": "SE", "domain": domain}
    store.put("shop", shop | accounts | rest)
    place = {"id": 61, "name": "Borås", "active": True, "country_code": "SE", "legacy": False}
    store.put("location", place | {"admin_graphql_api_id": "gid://shopify/Location/61"})
    return store
