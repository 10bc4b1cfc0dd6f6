"""The order's page in Shopify's admin: how the order stands, for whoever works in the shop and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import jwt
import pytest
from at_an_order import Clerk
from flask.testing import FlaskClient
from returns_counter import Counter
from sqlalchemy import event, select

from devstore.tokens import customer_token
from shopify_app.orders.models import Order
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import GroupState
from shopify_app.shipments.estimate import Basis
from shopify_app.shipments.models import Promise, Shipment
from shopify_app.shops.models import Shop
from wire import application

MOST_STATEMENTS = 12
EVERY_REQUEST = [("order", None), ("return", None), ("return/price", {"lines": []}), ("return", {"quote": "x"})]


@pytest.fixture
def mara(client: FlaskClient, counter: Counter) -> Clerk:
    return Clerk(client, counter)


class TestAtAGlance:
    def test_the_parcel_is_told_with_its_number_and_where_to_follow_it(self, mara: Clerk, counter: Counter) -> None:
        with counter.database.write() as session:
            parcel = session.scalars(select(Shipment)).one()
            parcel.kind, parcel.carrier, parcel.numbers = "parcel", "dhl", ["00340434161094042557"]

        (told,) = mara.ask("order").said["parcels"]

        assert mara.status == 200
        assert (told["label"], told["tone"], told["is_over"]) == ("Delivered", "success", True)
        assert told["news"].startswith("Delivered today")
        assert (told["carrier"], told["numbers"][0]["number"]) == ("DHL Paket", "00340434161094042557")
        assert told["numbers"][0]["url"].startswith("https://")

    def test_what_is_under_way_says_when_it_comes_and_how_that_is_known(self, mara: Clerk, counter: Counter) -> None:
        now = counter.now()
        with counter.database.write() as session:
            parcel = session.scalars(select(Shipment)).one()
            parcel.kind, parcel.state, parcel.numbers, parcel.delivered_at = "parcel", "in_transit", ["1"], None
            session.add(promised(parcel, now))

        (told,) = mara.ask("order").said["parcels"]

        assert (told["label"], told["tone"], told["is_over"]) == ("On its way", "info", False)
        assert told["arrival"]["when"] == "tomorrow"
        assert told["arrival"]["basis"].endswith("gave this date.")

    @pytest.mark.again
    @pytest.mark.parametrize(
        ("kind", "label", "nth"),
        [
            ("parcel", "Sent without tracking", 1),
            ("pickup", "Being made ready to collect", 1),
            ("local_delivery", "Brought by you", 1),
            ("digital", "Sent by e-mail", None),
        ],
    )
    def test_what_has_no_tracking_number_is_not_said_to_have_one_and_an_e_mail_is_no_parcel(
        self, mara: Clerk, counter: Counter, kind: str, label: str, nth: int | None
    ) -> None:
        with counter.database.write() as session:
            sent = session.scalars(select(Shipment)).one()
            sent.kind, sent.state, sent.numbers, sent.delivered_at = kind, "awaiting_data", [], None

        (told,) = mara.ask("order").said["parcels"]
        assert (told["label"], told["nth"]) == (label, nth)

        with counter.database.write() as session:
            sent = session.scalars(select(Shipment)).one()
            sent.kind, sent.numbers = "parcel", ["00340434161094042557"]
        assert mara.ask("order").said["parcels"][0]["label"] == "Tracking number created"

    @pytest.mark.again
    @pytest.mark.parametrize(
        ("kind", "label"),
        [
            ("parcel", "Being prepared"),
            ("pickup", "Being made ready to collect"),
            ("local_delivery", "Being prepared"),
            ("digital", "Being prepared"),
        ],
    )
    def test_what_was_only_asked_to_be_sent_is_not_said_to_have_a_label(
        self, mara: Clerk, counter: Counter, kind: str, label: str
    ) -> None:
        with counter.database.write() as session:
            sent = session.scalars(select(Shipment)).one()
            sent.kind, sent.state, sent.reason, sent.delivered_at = kind, "label_created", "being_prepared", None

        assert mara.ask("order").said["parcels"][0]["label"] == label

        with counter.database.write() as session:
            sent = session.scalars(select(Shipment)).one()
            sent.kind, sent.reason = "parcel", None
        assert mara.ask("order").said["parcels"][0]["label"] == "Label ready"

    @pytest.mark.again
    def test_until_when_it_may_come_back_is_said_once(self, mara: Clerk) -> None:
        (day,) = mara.ask("order").said["last_days"]

        assert day["items"] is None
        assert "until" in day["until"]

    def test_that_nothing_can_come_back_is_said(self, mara: Clerk, counter: Counter) -> None:
        assert mara.ask("order").said["nothing"] is None

        counter.wire.advance(days=400)
        assert mara.ask("order").said["nothing"] == "Nothing of this order can come back."

        with counter.database.write() as session:
            parcel = session.scalars(select(Shipment)).one()
            parcel.state, parcel.cancelled_at = "cancelled", counter.now()
        assert mara.ask("order").said["nothing"] == "Nothing of this order can come back before it is sent."

    def test_what_can_come_back_once_it_has_arrived_is_not_said_never_to(self, mara: Clerk, counter: Counter) -> None:
        with counter.database.write() as session:
            parcel = session.scalars(select(Shipment)).one()
            parcel.state, parcel.delivered_at = "in_transit", None
        said = mara.ask("order").said

        assert [day["until"] for day in said["last_days"]] == ["once it has arrived"]
        assert said["nothing"] == "Nothing of this order can come back before it has arrived."

    @pytest.mark.again
    def test_a_number_does_for_a_global_id(self, mara: Clerk, counter: Counter) -> None:
        mara.order = str(counter.desk.order_id)

        assert mara.ask("order").said["order"].startswith("#")

    def test_a_return_stands_there_with_the_way_to_it_and_what_needs_a_look_says_so(
        self, mara: Clerk, counter: Counter
    ) -> None:
        ret = counter.asked()
        assert mara.ask("order").said["returns"] == [
            {"rma": ret.rma, "label": "Requested", "tone": "caution", "pieces": 1, "path": f"app/returns/{ret.rma}"}
        ]
        with counter.database.write() as session:
            session.scalars(select(ReleaseGroup)).one().state = GroupState.NEEDS_LOOK

        assert [each["label"] for each in mara.ask("order").said["returns"]] == ["Needs a look"]

    @pytest.mark.again
    @pytest.mark.parametrize(("lang", "label"), [("de", "Zugestellt"), ("sv", "Levererat"), ("xx", "Delivered")])
    def test_it_speaks_the_language_of_the_extension(self, mara: Clerk, lang: str, label: str) -> None:
        mara.lang = lang

        assert mara.ask("order").said["parcels"][0]["label"] == label

    @pytest.mark.again
    def test_shopify_is_not_asked_and_the_database_a_dozen_times_at_most(self, mara: Clerk, counter: Counter) -> None:
        counter.asked()
        asked, said = len(counter.wire.line.requests), []
        engine = counter.database.engine
        event.listen(engine, "before_cursor_execute", lambda *about: said.append(about[2]))

        mara.ask("order")

        assert len(counter.wire.line.requests) == asked
        assert 0 < len([each for each in said if not each.startswith("PRAGMA")]) <= MOST_STATEMENTS


@pytest.mark.again
class TestWhoMay:
    def test_a_customers_token_and_a_devices_open_nothing(self, mara: Clerk, counter: Counter) -> None:
        config, now = counter.wire.config, counter.now()
        claims = jwt.decode(customer_token(config, 42, now), options={"verify_signature": False})
        device = jwt.encode(claims | {"sub": "42"}, config.api_secret, algorithm="HS256")
        tokens = (customer_token(config, 501, now), customer_token(config, None, now), device)

        for token, (path, body) in product(tokens, EVERY_REQUEST):
            assert mara.ask(path, body, token).status == 403
            assert mara.said == {"error": "This is for the people who work in the shop."}

    def test_an_order_that_is_not_here_is_none(self, mara: Clerk) -> None:
        for order, (path, body) in product(["1", "gid://shopify/Customer/1", "%20", "9" * 40, "-1"], EVERY_REQUEST):
            mara.order = order
            assert mara.ask(path, body).status == 404
            assert mara.said["error"].startswith("Postlude does not know this order.")

    def test_ottos_order_is_none_of_maras(self, mara: Clerk, counter: Counter) -> None:
        unknown = replace(mara, order="1").ask("order").said
        with counter.database.write() as session:
            order = session.scalars(select(Order)).one()
            otto = Shop(domain="otto.myshopify.com", primary_domain="otto.myshopify.com", installed_at=counter.now())
            session.add(otto)
            session.flush()
            order.shop_id = otto.id

        for path, body in EVERY_REQUEST:
            assert mara.ask(path, body).status == 404
            assert mara.said == unknown

    def test_a_token_that_has_run_out_or_never_ends_opens_nothing(self, mara: Clerk, counter: Counter) -> None:
        old, secret = mara.token(), counter.wire.config.api_secret
        claims = jwt.decode(old, options={"verify_signature": False})
        endless = jwt.encode({name: value for name, value in claims.items() if name != "exp"}, secret, "HS256")
        counter.wire.advance(minutes=2)

        for token, (path, body) in product((old, endless), EVERY_REQUEST):
            assert mara.ask(path, body, token).status == 401

    def test_the_previous_secret_counts_while_it_is_rotated(self, counter: Counter) -> None:
        held = counter.wire.adapters
        config = replace(held.config, api_secret="n" * 40, old_api_secret=held.config.api_secret)
        client = application(replace(held, config=config)).test_client()

        assert Clerk(client, counter).ask("order").status == 200

    def test_a_pre_flight_needs_no_token(self, client: FlaskClient) -> None:
        for path, _ in EVERY_REQUEST:
            answer = client.options(f"/account/staff/{path}", headers={"Origin": "null"})
            assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")


def promised(parcel: Shipment, now: datetime) -> Promise:
    """The carrier's word that it comes tomorrow."""
    about = {"shop_id": parcel.shop_id, "order_id": parcel.order_id, "shipment_id": parcel.id}
    return Promise(**about, by=(now + timedelta(days=1)).date(), basis=Basis.CARRIER, made_at=now)
