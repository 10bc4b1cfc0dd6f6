"""Returns from the customer's account: only the order's own customer, the theme's own pages and sums, nothing lost."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from in_account import ADA, BEN, Account, at_outcomes, key, sent_in
from portal import Shopper
from returns_counter import Counter
from sqlalchemy import select

from devstore.tokens import customer_token
from shopify_app.orders.access import link_token
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnDraft
from shopify_app.settings.keys import set_key
from shopify_app.shops.models import Shop

pytestmark = pytest.mark.again


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Account:
    return Account(client, counter)


@pytest.fixture
def ben(client: FlaskClient, counter: Counter) -> Account:
    return Account(client, counter, BEN)


def test_ada_sees_that_her_order_can_come_back(ada: Account, counter: Counter) -> None:
    ada.ask(f"returns?order=gid://shopify/Order/{counter.desk.order_id}")

    assert ada.status == 200
    assert ada.said["can_start"] is True
    assert ada.said["returns"] == []
    assert ada.said["portal"]["path"] == "/apps/order-care"


def test_while_the_law_gives_it_the_way_to_withdraw_is_there_and_nobody_elses_order_tells_of_it(
    ada: Account, ben: Account, client: FlaskClient, counter: Counter
) -> None:
    with counter.database.write() as session:
        counter.order(session).country = "DE"
    ada.lang = "de"
    found = ada.ask(f"returns?order={counter.desk.order_id}").said["withdraw"]

    assert found["label"] == "Vertrag hier widerrufen"
    path = found["url"].partition("/apps/order-care")[2]
    assert "Widerruf bestätigen" in Shopper(client, counter.wire).open(path).words
    assert ben.ask(f"returns?order={counter.desk.order_id}").status == 404

    counter.wire.advance(days=45)
    assert ada.ask(f"returns?order={counter.desk.order_id}").said["withdraw"] is None


def test_where_no_such_law_holds_there_is_no_way_to_withdraw(ada: Account, counter: Counter) -> None:
    with counter.database.write() as session:
        counter.order(session).country = "US"

    assert ada.ask(f"returns?order={counter.desk.order_id}").said["withdraw"] is None


def test_after_the_window_only_what_the_shop_did_wrong_may_come_back_and_the_page_says_so(
    ada: Account, counter: Counter
) -> None:
    counter.wire.advance(days=45)

    assert ada.ask(f"returns?order={counter.desk.order_id}").said["can_start"] is True
    ada.begin()
    assert (ada.status, ada.said["page"]) == (200, "items")
    assert [each["unless"].startswith("The return period ended 15 days ago") for each in ada.model["items"]] == [True]

    counter.wire.advance(days=800)

    assert ada.ask(f"returns?order={counter.desk.order_id}").said["can_start"] is False


def test_a_closed_portal_offers_nothing_and_says_so_to_whoever_tries(ada: Account, counter: Counter) -> None:
    with counter.database.write() as session:
        set_key(session, counter.shop_id, "returns.portal_open", "false", "mara", counter.now())
        set_key(session, counter.shop_id, "support.email", "mara@example.com", "mara", counter.now())

    assert ada.ask(f"returns?order={counter.desk.order_id}").said["can_start"] is False
    ada.begin()
    assert (ada.status, ada.said["page"]) == (403, "message")
    assert ada.model["title"] == "Please write to us about a return"
    assert ada.model["contact"] == {"label": "Write to us", "url": "mailto:mara@example.com?subject="}


@pytest.mark.asked
def test_ada_sends_a_shirt_back_from_her_account(ada: Account, counter: Counter) -> None:
    ada.begin()
    assert (ada.status, ada.said["page"]) == (200, "items")
    assert [each["item"]["title"] for each in ada.model["items"]] == ["Wool shirt"]
    assert ada.said["words"]["items"] == "What would you like to send back?"

    at = sent_in(ada)

    assert (ada.status, ada.said["page"]) == (200, "status")
    assert ada.model["notice"] == "We have your return. A confirmation is on its way by e-mail."
    with counter.database.read() as session:
        made = session.scalars(select(Return)).one()
    assert (made.rma, made.state) == (ada.model["rma"], "requested")
    overview = ada.ask(f"returns?order={counter.desk.order_id}").said["returns"]
    assert overview == [{"rma": made.rma, "at": at, "title": "We have your request", "is_open": True}]


def test_the_sums_are_those_of_the_page_in_the_theme(ada: Account, client: FlaskClient, counter: Counter) -> None:
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    shopper = Shopper(client, counter.wire)
    shopper.open(f"/returns/t/{link}")
    shopper.send(**{f"quantity-{key(counter)}": "1"})
    shopper.send(**{f"reason-{key(counter)}": "size-too-small"})
    radios = shopper.forms[0].choices("outcome")
    in_theme = {value: (each.facts["data-amount"], each.facts["data-bonus"]) for value, each in radios.items()}

    at_outcomes(ada)

    in_account = {each["value"]: (each["amount"]["amount"], each["bonus"]["amount"]) for each in ada.model["choices"]}
    assert in_account == in_theme
    assert in_account["store_credit"] == ("53.10", "4.50")
    for choice in ada.model["choices"]:
        said = [choice["label"], choice["amount"]["text"], *choice["lines"], *filter(None, [choice["freed"]])]
        hidden = choice["amount"]["text"] if choice["shown"] else None
        assert [words for words in said if words not in shopper.words and words != hidden] == []


def test_pages_speak_the_language_of_the_account(ada: Account) -> None:
    ada.lang = "de"
    at_outcomes(ada)

    assert ada.said["language"]["code"] == "de"
    assert {each["label"] for each in ada.model["choices"]} >= {"Shop-Guthaben", "Erstattung"}
    credit = next(each for each in ada.model["choices"] if each["value"] == "store_credit")
    assert credit["amount"]["text"] == "53,10\N{NO-BREAK SPACE}€"


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(ada: Account) -> None:
    ada.begin()
    ada.send(**{f"quantity-{key(ada.counter)}": "9"})

    assert ada.status == 422
    assert ada.model["flow"]["problems"][0][0] == f"quantity-{key(ada.counter)}"
    assert ada.model["items"][0]["chosen"] == 2


def test_a_stale_token_is_refused_with_a_sentence_and_a_fresh_one_goes_on_where_it_was(
    ada: Account, counter: Counter
) -> None:
    at_outcomes(ada)
    stale, page = ada.token(), ada.below(ada.model["flow"]["action"])
    counter.wire.advance(minutes=6)

    ada.ask(page, "POST", stale, outcome="store_credit")
    assert ada.status == 401
    assert ada.said["error"]
    ada.ask(page, "POST", outcome="store_credit")
    assert (ada.status, ada.said["page"]) == (200, "method")


def test_ben_finds_nothing_of_adas_order(ada: Account, ben: Account, counter: Counter) -> None:
    status = sent_in(ada)
    at_outcomes(ada)
    draft = ada.below(ada.model["flow"]["action"])

    for path, method in [
        (f"returns?order={counter.desk.order_id}", "GET"),
        (f"returns/begin?order={counter.desk.order_id}", "POST"),
        (status, "GET"),
        (f"{status}/cancel", "POST"),
        (draft, "GET"),
        (draft, "POST"),
    ]:
        ben.ask(path, method)
        assert (ben.status, set(ben.said)) == (404, {"error"}), path
    unknown = ben.ask("returns?order=4711").said
    assert unknown == ben.ask(f"returns?order={counter.desk.order_id}").said
    with counter.database.read() as session:
        assert session.scalars(select(Return)).one().state == "requested"


def test_another_shops_customer_of_the_same_number_finds_nothing(ada: Account, counter: Counter) -> None:
    status = sent_in(ada)
    with counter.database.write() as session:
        session.add(Shop(domain="otto.myshopify.com", name="Otto", currency="EUR", installed_at=counter.now()))
    config = counter.wire.config
    soon = int(counter.now().timestamp()) + 60
    claims = {"dest": "otto.myshopify.com", "aud": config.api_key, "exp": soon, "sub": f"gid://shopify/Customer/{ADA}"}
    ottos = jwt.encode(claims, config.api_secret, algorithm="HS256")

    for path in (f"returns?order={counter.desk.order_id}", status):
        assert ada.ask(path, "GET", ottos).status == 404


def test_only_a_signed_in_customer_is_served(ada: Account, counter: Counter) -> None:
    path = f"returns?order={counter.desk.order_id}"
    before_sign_in = customer_token(counter.wire.config, None, counter.now())

    assert ada.ask(path, "GET", before_sign_in).status == 403
    assert ada.ask(path, "GET", counter.wire.session_token()).status == 403
    assert "sign in" in ada.said["error"]


@pytest.mark.parametrize("change", [{"aud": "another app"}, {"exp": None}, {"exp": 1}])
def test_a_token_for_somebody_else_or_without_an_end_is_none(
    ada: Account, counter: Counter, change: dict[str, Any]
) -> None:
    config = counter.wire.config
    claims = {"dest": config.shop, "aud": config.api_key, "exp": int(counter.now().timestamp()) + 60,
              "sub": f"gid://shopify/Customer/{ADA}"}  # fmt: skip
    given = {name: value for name, value in (claims | change).items() if value is not None}

    ada.ask(f"returns?order={counter.desk.order_id}", "GET", jwt.encode(given, config.api_secret, algorithm="HS256"))

    assert ada.status == 401


@pytest.mark.asked
def test_ada_calls_her_return_off(ada: Account, counter: Counter) -> None:
    ada.ask(f"{sent_in(ada)}/cancel", "POST")

    assert ada.model["notice"] == "The return is cancelled."
    with counter.database.read() as session:
        assert session.scalars(select(Return)).one().state == "cancelled"


def test_ada_changes_her_return_without_a_code(ada: Account, counter: Counter) -> None:
    ada.ask(f"{sent_in(ada)}/change", "POST")
    assert (ada.said["page"], ada.model["flow"]["changes"]) == ("items", True)

    ada.send(**{f"quantity-{key(counter)}": "2"})
    ada.send(**{f"reason-{key(counter)}": "size-too-small"})
    swap = next(each for each in ada.model["choices"] if each["value"] == "variant_exchange")["swaps"][0]
    ada.send(**{"outcome": "variant_exchange", f"replacement-{swap['key']}": swap["choices"][0]["value"]})
    ada.send(method="own_carrier")
    assert (ada.said["page"], ada.model["delivery"]["is_locked"]) == ("review", False)
    ada.send(quote=ada.model["quote"])

    assert ada.model["notice"] == "Your return is changed. A confirmation is on its way by e-mail."
    assert [line["item"]["quantity"] for line in ada.model["items"]] == [2]
    with counter.database.read() as session:
        assert [line.outcome for line in session.scalars(select(Return)).one().lines] == ["variant_exchange"]


def test_the_owner_sees_the_address_of_an_exchange_without_a_code(ada: Account, counter: Counter) -> None:
    at_outcomes(ada)
    swap = next(each for each in ada.model["choices"] if each["value"] == "variant_exchange")["swaps"][0]
    ada.send(**{"outcome": "variant_exchange", f"replacement-{swap['key']}": swap["choices"][0]["value"]})
    ada.send(method="own_carrier")

    assert ada.said["page"] == "review"
    assert ada.model["delivery"]["is_locked"] is False


def test_a_draft_whose_day_is_over_is_begun_again(ada: Account, counter: Counter) -> None:
    at_outcomes(ada)
    page = ada.below(ada.model["flow"]["action"])
    counter.wire.advance(hours=25)

    ada.ask(page)

    assert (ada.status, ada.model["title"]) == (410, "Please start your return again")


@pytest.mark.parametrize("tail", ["t/abc", "o?key=x", "email/x", "policy", "r/forged", "../track"])
def test_no_other_page_of_the_portal_is_reached_through_the_account(ada: Account, tail: str) -> None:
    assert ada.ask(f"returns/{tail}").status == 404


def test_an_order_that_is_no_number_is_no_order(ada: Account) -> None:
    for order in ("", "x", "9" * 30, "-1"):
        assert ada.ask(f"returns?order={order}").status == 404


def test_the_owners_draft_is_the_owners(ada: Account, counter: Counter) -> None:
    ada.begin()

    with counter.database.read() as session:
        draft = session.scalars(select(ReturnDraft)).one()
        assert (draft.access, session.get_one(Order, draft.order_id).shopify_id) == (3, counter.desk.order_id)
