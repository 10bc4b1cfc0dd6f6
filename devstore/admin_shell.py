"""The admin frame: the shop's orders, products and customers, the app inside its frame, and the developer's desk.

Pages are read from the store; whatever changes something goes through the control API, so that a click does exactly
what a test would post.
"""

import json
from functools import partial

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore import tokens
from devstore.admin_actions import add_actions
from devstore.admin_desk import add_desk
from devstore.admin_plans import add_plans
from devstore.admin_returns import add_returns
from devstore.admin_views import OrderView, money, order_rows, parcels, when
from devstore.carriers_desk import COMPANIES, OTHER_COMPANIES
from devstore.clock import Clock
from devstore.config import DevStoreConfig
from devstore.control_door import ControlDoor
from devstore.control_index import add_page
from devstore.drops import image_drop, is_on_sale_here, product_drop
from devstore.order_shell import add_order_extensions, extension
from devstore.store import Document, Store
from devstore.theme_editor import add_theme_editor

PAGE_SIZE = 50
MOST_PICKED = 60
ACTING = "devstore_staff"
"""The cookie that says who sits at the admin."""


def blueprint(store: Store, config: DevStoreConfig) -> Blueprint:
    """The admin at `/admin`, and the stand-ins the app loads from `/static`."""
    door = Blueprint(
        "admin_shell", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    clock = Clock(config.clock_file)
    door.context_processor(partial(_everywhere, store, config, clock))
    door.add_app_template_filter(money, "money")
    door.add_app_template_filter(when, "when")
    _add_orders(door, store)
    add_order_extensions(door, store, config, acting)
    add_theme_editor(door, store)
    _add_goods(door, store)
    _add_app(door, store, config, clock)
    door.register_error_handler(404, lambda error: (render_template("admin/404.html"), 404))
    control = ControlDoor(config.public_origin)
    add_actions(door, store, control)
    add_returns(door, store, control)
    add_desk(door, store, config, clock, control)
    add_plans(door, config, control)
    add_page(door)
    return door


def _everywhere(store: Store, config: DevStoreConfig, clock: Clock) -> dict[str, object]:
    """What every template of the admin can read."""
    return {
        "shop": next(iter(store.all("shop")), {"name": config.shop}),
        "config": config,
        "now": clock.now(),
        "clock_offset": clock.offset_seconds(),
        "said": request.args.get("said", ""),
        "refused": request.args.get("refused", ""),
        "people": tokens.PEOPLE.values(),
        "acting": acting(),
    }


def acting() -> int:
    """Who sits at the admin: the owner, until somebody else takes the seat."""
    named = request.cookies.get(ACTING, "")
    return int(named) if named.isdecimal() and int(named) in tokens.PEOPLE else int(tokens.STAFF["id"])


def _add_orders(door: Blueprint, store: Store) -> None:
    @door.get("/admin")
    @door.get("/admin/")
    def home() -> AnyResponse:
        return redirect("/admin/orders")

    @door.get("/admin/orders")
    def orders() -> str:
        words, state = request.args.get("q", ""), request.args.get("state", "")
        rows = order_rows(store, words, state)
        page = max(1, request.args.get("page", 1, type=int))
        shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        last = max(1, -(-len(rows) // PAGE_SIZE))
        return render_template(
            "admin/orders.html", rows=shown, total=len(rows), page=page, last=last, words=words, state=state
        )

    @door.get("/admin/orders/<int:order_id>")
    def order(order_id: int) -> str:
        view = OrderView.of(store, _need(store, "order", order_id))
        usual = COMPANIES.get(view.row.country, "UPS")
        companies = sorted({*COMPANIES.values(), *OTHER_COMPANIES})
        words = extension().texts("en")
        return render_template(
            "admin/order.html", view=view, companies=companies, companies_default=usual, app_words=words
        )

    @door.get("/admin/carriers")
    def carriers() -> str:
        return render_template("admin/carriers.html", parcels=parcels(store, request.args.get("q", "")))


def _add_goods(door: Blueprint, store: Store) -> None:
    @door.get("/admin/products")
    def products() -> str:
        words = request.args.get("q", "").casefold()
        found = [product for product in store.all("product") if words in product["title"].casefold()]
        return render_template("admin/products.html", products=[_shelf_row(product) for product in found], words=words)

    @door.get("/admin/products/<int:product_id>")
    def product(product_id: int) -> str:
        found = _need(store, "product", product_id)
        return render_template("admin/product.html", product=found, drop=product_drop(found), pretty=_pretty(found))

    @door.get("/admin/customers")
    def customers() -> str:
        words = request.args.get("q", "").casefold()
        found = [person for person in store.all("customer") if words in _customer_text(person)]
        return render_template("admin/customers.html", customers=found, words=words)

    @door.get("/admin/customers/<int:customer_id>")
    def customer(customer_id: int) -> str:
        found = _need(store, "customer", customer_id)
        own = [row for row in order_rows(store, "", "") if row.customer_id == customer_id]
        return render_template("admin/customer.html", customer=found, rows=own, pretty=_pretty(found))


def _add_app(door: Blueprint, store: Store, config: DevStoreConfig, clock: Clock) -> None:
    @door.get("/admin/apps/postlude")
    @door.get("/admin/apps/postlude/<path:rest>")
    def app_frame(rest: str = "") -> str:
        query = request.args.to_dict() | {
            "embedded": "1",
            "shop": config.shop,
            "host": tokens.host_parameter(config),
            "locale": request.args.get("locale") or str(tokens.PEOPLE[acting()]["locale"]),
            "timestamp": str(int(clock.now().timestamp())),
            "id_token": tokens.id_token(config, acting(), clock.now()),
        }
        inside = rest.removeprefix("app").removeprefix("/") if rest.split("/")[0] == "app" else rest
        path = f"/app/{inside}" if inside else f"/{rest}"  # without a path Shopify opens the `application_url` itself
        asked = {name: value for name, value in request.args.items() if name not in query}
        return render_template("admin/app.html", frame_path=path, frame_query=asked | query, bare=True)

    @door.post("/admin/staff")
    def sit_down() -> AnyResponse:
        answer = redirect(request.referrer or "/admin")
        answer.set_cookie(ACTING, request.form.get("staff", ""), samesite="Lax", httponly=True)
        return answer

    @door.get("/admin/session-token")
    def session_token() -> Response:
        answer = jsonify(token=tokens.id_token(config, acting(), clock.now()))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @door.get("/admin/scopes")
    def scopes() -> Response:
        granted = _granted(store)
        return jsonify(granted=granted, required=granted, optional=[])

    @door.get("/admin/picker/<kind>")
    def picker(kind: str) -> Response:
        words = request.args.get("q", "").casefold()
        if kind == "collection":
            found = [entry for entry in store.all("collection") if words in entry["title"].casefold()]
            return jsonify([{"id": gid("Collection", entry), "title": entry["title"]} for entry in found])
        shown = [
            entry for entry in store.all("product") if is_on_sale_here(entry) and words in entry["title"].casefold()
        ]
        return jsonify([_picked(entry) for entry in shown[:MOST_PICKED]])


def _granted(store: Store) -> list[str]:
    """The scopes the shop gave the app; nothing while it is not installed."""
    scopes = next((each["scopes"] for each in store.all("installation") if each["installed"]), "")
    return sorted(scope.strip() for scope in scopes.split(",") if scope.strip())


def gid(kind: str, document: Document) -> str:
    """The global id of a document."""
    return f"gid://shopify/{kind}/{document['id']}"


def _picked(product: Document) -> dict[str, object]:
    """A product as `shopify.resourcePicker` returns it."""
    return {
        "id": gid("Product", product),
        "title": product["title"],
        "handle": product["handle"],
        "vendor": product.get("vendor"),
        "productType": product.get("product_type"),
        "status": str(product.get("status", "active")).upper(),
        "totalInventory": sum(variant.get("inventory_quantity") or 0 for variant in product["variants"]),
        "images": [{"originalSrc": image["src"], "altText": image.get("alt")} for image in product.get("images") or []],
        "variants": [
            {"id": gid("ProductVariant", variant), "title": variant["title"], "price": variant["price"],
             "sku": variant.get("sku"), "displayName": f"{product['title']} - {variant['title']}"}
            for variant in product["variants"]
        ],
    }  # fmt: skip


def _shelf_row(product: Document) -> dict[str, object]:
    variants = product.get("variants") or []
    image = next(iter(product.get("images") or []), None)
    return {
        "id": product["id"],
        "title": product["title"],
        "type": product.get("product_type") or "",
        "status": product.get("status", "active"),
        "stock": sum(variant.get("inventory_quantity") or 0 for variant in variants),
        "variants": len(variants),
        "price": variants[0]["price"] if variants else "",
        "picture": image_drop(image)["src"] if image else "",
    }


def _customer_text(person: Document) -> str:
    return " ".join(str(person.get(name) or "") for name in ("first_name", "last_name", "email", "id")).casefold()


def _pretty(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _need(store: Store, kind: str, number: int) -> Document:
    found = store.get(kind, number)
    if found is None:
        raise NotFound
    return found
