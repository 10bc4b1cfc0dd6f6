"""The way from a cart to an order: cart, one-page checkout, thank-you page, and the stand-in for signing in."""

from decimal import Decimal

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore import checkout
from devstore.checkout import Cart
from devstore.control_door import ControlDoor, Refused
from devstore.drops import cents, customer_drop, order_drop
from devstore.order_book import books
from devstore.shopfront import COOKIE_SECONDS, CUSTOMER_COOKIE, Shopfront
from devstore.store import Document, Store
from devstore.store_credit import as_of


def add_checkout(door: Blueprint, front: Shopfront) -> None:
    """Registers the routes on the storefront's blueprint."""
    _add_cart(door, front)
    _add_checkout(door, front)
    _add_account(door, front)


def _add_cart(door: Blueprint, front: Shopfront) -> None:
    @door.get("/cart")
    def cart() -> Response:
        return front.page("cart", "Your cart")

    @door.get("/cart/<items>")
    def permalink(items: str) -> AnyResponse:
        wanted = checkout.from_permalink(items, request.args)
        if wanted is None:
            raise NotFound
        return front.keep_cart(_see("/cart"), wanted)

    @door.post("/cart/add")
    def add() -> AnyResponse:
        changed = front.cart().plus(_number("id"), _number("quantity", 1))
        return front.keep_cart(_see("/cart"), changed)

    @door.post("/cart/change")
    def change() -> AnyResponse:
        changed = front.cart().holding(_number("id"), _number("quantity", 0))
        return front.keep_cart(_see("/cart"), changed)


def _add_checkout(door: Blueprint, front: Shopfront) -> None:
    @door.get("/checkout")
    def ask() -> AnyResponse:
        if not front.cart().count:
            return _see("/cart")
        return _form(front, _filled_in(front.customer()), {})

    @door.post("/checkout")
    def place() -> AnyResponse:
        form, cart, customer = request.form.to_dict(), front.cart(), front.customer()
        if not checkout.cart_drop(front.store, cart)["items"]:
            return _see("/cart")
        if missing := checkout.missing_fields(form):
            return _form(front, form, missing, 422)
        body = checkout.order_body(front.store, cart, form, customer, front.now())
        try:
            placed = ControlDoor(front.config.public_origin).post("/orders", body)
        except Refused as refusal:
            return _form(front, form, {"form": refusal.sentence}, 422)
        order = front.store.get("order", placed["id"]) or {"id": placed["id"]}
        return front.keep_cart(_see(f"/orders/{order.get('token') or order['id']}?thanks=1"), Cart())

    @door.get("/orders/<token>")
    @door.get("/<int:shop_id>/orders/<token>/authenticate")
    def order_status(token: str, shop_id: int = 0) -> Response:
        order = _order(front.store, token)
        told = {"thanks": "thanks" in request.args, "due": _due(front.store, order) if "pay" in request.args else None}
        return front.page("order", f"Order {order['name']}", order=order_drop(order), **told)

    @door.post("/orders/<token>/pay")
    def pay(token: str) -> AnyResponse:
        order = _order(front.store, token)
        try:
            ControlDoor(front.config.public_origin).post("/payments", {"order_id": order["id"]})
        except Refused:
            return _see(f"/orders/{token}?pay=1")  # nothing is open any more: the page says so
        return _see(f"/orders/{token}?pay=1&thanks=1")


def _add_account(door: Blueprint, front: Shopfront) -> None:
    @door.get("/account/login")
    @door.get("/customer_authentication/login")
    def login() -> Response:
        people = [customer_drop(customer) for customer in front.store.all("customer") if customer.get("email")]
        return front.page("login", "Sign in", people=people, return_to=_own_path(request.args))

    @door.post("/account/login")
    def signed_in() -> AnyResponse:
        number = _number("customer_id")
        if front.store.get("customer", number) is None:
            raise NotFound
        answer = _see(_own_path(request.form))
        answer.set_cookie(CUSTOMER_COOKIE, str(number), max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
        return answer

    @door.get("/account")
    def account() -> AnyResponse:
        customer = front.customer()
        if customer is None:
            return _see("/account/login?return_to=/account")
        own = [order for order in front.store.all("order") if (order.get("customer") or {}).get("id") == customer["id"]]
        own.sort(key=lambda order: order.get("created_at") or "", reverse=True)
        shown = [order_drop(order) for order in own]
        return front.page("account", "Your orders", orders=shown, credits=_store_credits(front, customer["id"]))

    @door.route("/account/logout", methods=["GET", "POST"])
    def logout() -> AnyResponse:
        answer = _see("/")
        answer.delete_cookie(CUSTOMER_COOKIE)
        return answer


def _store_credits(front: Shopfront, customer_id: int) -> list[Document]:
    """The customer's store credit, one balance a currency, and what of it ends when; spent credits are left out."""
    accounts = [as_of(each, front.now()) for each in front.store.find("store_credit_account", customer_id=customer_id)]
    return [
        {
            "balance": cents(each["balance"]),
            "currency": each["currency"],
            "parts": [
                {"amount": cents(part["remaining"]), "expires_at": part.get("expires_at")}
                for part in each["transactions"]
                if Decimal(part.get("remaining") or 0) > 0
            ],
        }
        for each in accounts
        if Decimal(each["balance"]) > 0
    ]


def _form(front: Shopfront, form: dict, missing: dict[str, str], status: int = 200) -> Response:
    country = form.get("country_code", "DE")
    return front.page(
        "checkout",
        "Checkout",
        status,
        form={"country_code": country, "locale": "en"} | form,
        missing=missing,
        cart=checkout.cart_drop(front.store, front.cart(), country),
        countries=[{"code": code, "name": name} for code, name in checkout.COUNTRIES.items()],
        languages=[{"code": code, "name": name} for code, name in checkout.LANGUAGES.items()],
    )


def _filled_in(customer: Document | None) -> dict[str, str]:
    """The checkout as a signed-in customer finds it."""
    if customer is None:
        return {}
    address = customer.get("default_address") or next(iter(customer.get("addresses") or []), {})
    names = ("first_name", "last_name", "company", "address1", "address2", "zip", "city", "country_code", "phone")
    known = {name: address[name] for name in names if address.get(name)}
    own = {name: customer[name] for name in ("email", "first_name", "last_name") if customer.get(name)}
    language = (customer.get("locale") or customer.get("_locale") or "en")[:2]
    return own | known | {"locale": language if language in checkout.LANGUAGES else "en"}


def _due(store: Store, order: Document) -> dict[str, object]:
    """What is still open of the order, in what the customer pays with."""
    of = books(store, order)
    return {"amount": cents(max(-of.overpaid(), Decimal(0))), "currency": of.currencies.presentment}


def _order(store: Store, token: str) -> Document:
    found = store.find("order", token=token)
    order = found[0] if found else store.get("order", int(token)) if token.isdecimal() else None
    if order is None:
        raise NotFound
    return order


def _number(name: str, otherwise: int = -1) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() else otherwise


def _own_path(source: dict) -> str:
    """Where to go after signing in: a path of this shop, nothing else."""
    wanted = source.get("return_to") or source.get("return_url") or "/account"
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/account"


def _see(address: str) -> AnyResponse:
    """See other, so that reloading never posts again."""
    return redirect(address, 303)
