"""The order as paid, out of our rows and Shopify's word: what left, what is promised, what payments can take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from returns_counter import Counter, goods, open_counter, sell, shirts
from sqlalchemy import select, update

from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns import facts, offers, quotes, standing
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.inspecting.verdicts import reckoned
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.paid import PaidOrder, Request
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import GroupState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.subjects import Subject
from shopify_app.returns.surroundings import around
from shopify_app.returns.vocabulary import Outcome, Scope, Standing, TenderKind
from shopify_app.returns.wishes import Wish
from shopify_app.shopify.return_snapshots import CreditSetUp, ReturnableOrder, TenderSnapshot

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def euro(text: str) -> Money:
    return Money.parse(text, "EUR")


def paid(counter: Counter, returnable: ReturnableOrder | None = None, **more: int) -> PaidOrder:
    told = returnable or counter.returnable()
    with counter.database.read() as session:
        return facts.paid_order(session, counter.order(session), told, **more)


def subject(counter: Counter, returnable: ReturnableOrder | None = None) -> Subject:
    told = returnable or counter.returnable()
    with counter.database.read() as session:
        order = counter.order(session)
        (found,) = facts.subjects(order, told, counter.now(), around(session, order))
    return found


def settle(counter: Counter, amount: str = "48.60") -> None:
    """Shopify processes one shirt of our only group, as the engine would have it."""
    made = counter.desk.create()
    counter.desk.process(made, financialTransfer=counter.desk.refund(amount))
    with counter.database.write() as session:
        group = session.scalars(select(ReleaseGroup)).one()
        group.state, group.shopify_return_id = GroupState.SETTLED, int(made["id"].rpartition("/")[2])
        group.final = group.accepted


def test_an_untouched_order_is_as_it_was_paid(counter: Counter) -> None:
    order = paid(counter)

    (line,) = order.lines
    assert (line.quantity, line.unit_price, line.discount, line.tax, line.gone) == (
        2, euro("50.00"), euro("10.00"), euro("7.20"), 0,
    )  # fmt: skip
    (tender,) = order.tenders
    assert (tender.kind, tender.refundable, order.refundable) == (TenderKind.PAYMENT, euro("97.20"), euro("97.20"))
    assert (order.earlier, order.grants, order.may_credit) == ((), (), True)


def test_what_an_open_request_was_promised_is_kept_aside(counter: Counter) -> None:
    counter.asked(1)

    order = paid(counter)
    assert [each.units for each in order.earlier] == [(0,)]
    assert (order.tenders[0].refundable, order.refundable) == (euro("48.60"), euro("48.60"))


def test_what_is_settled_is_in_shopifys_own_figures(counter: Counter) -> None:
    counter.asked(1)
    settle(counter)
    counter.learn()

    order = paid(counter)
    assert [each.units for each in order.earlier] == [(0,)]
    assert order.line(order.lines[0].line_id).gone == 0
    assert (order.tenders[0].refundable, order.refundable) == (euro("48.60"), euro("48.60"))
    # the second shirt is worth what is left, to the cent
    quote = counter.price(counter.wish(1, None))
    (settlement,) = quotes.from_stored(quote.options).option(Outcome.REFUND).settlements
    assert settlement.own == euro("48.60")


@pytest.mark.asked
def test_what_shopify_carried_out_is_not_kept_aside_twice(counter: Counter) -> None:
    """Between Shopify's answer and our row."""
    counter.asked(1)
    settle(counter)
    with counter.database.write() as session:
        session.execute(update(ReleaseGroup).values(state=GroupState.RELEASED))

    assert paid(counter).refundable == euro("48.60")


@pytest.mark.parametrize("is_made", [False, True])
def test_what_was_settled_since_shopify_was_asked_is_kept_aside(counter: Counter, is_made: bool) -> None:
    """A page prices with a word of Shopify's that is some seconds old."""
    counter.asked(1)
    before = counter.returnable()
    made = counter.desk.create()
    told = counter.returnable() if is_made else before
    counter.desk.process(made, financialTransfer=counter.desk.refund("48.60"))
    with counter.database.write() as session:
        group = session.scalars(select(ReleaseGroup)).one()
        group.state, group.shopify_return_id = GroupState.SETTLED, int(made["id"].rpartition("/")[2])
        group.final = group.accepted

    for word in (told, counter.returnable()):
        order = paid(counter, word)
        assert (order.tenders[0].refundable, order.refundable) == (euro("48.60"), euro("48.60"))
        assert ([each.units for each in order.earlier], order.lines[0].gone) == ([(0,)], 0)


def test_a_refund_in_shopifys_admin_is_gone_for_us(counter: Counter) -> None:
    made = counter.desk.create()
    counter.desk.process(made, financialTransfer=counter.desk.refund("48.60"))
    counter.learn()

    order = paid(counter)
    assert order.lines[0].gone == 1
    assert subject(counter).line.returnable == 1


def test_a_return_begun_at_shopify_holds_its_units(counter: Counter) -> None:
    counter.desk.create()

    assert paid(counter).lines[0].gone == 1
    assert subject(counter).line.returnable == 1


def test_a_group_is_priced_again_to_what_was_quoted(counter: Counter) -> None:
    # given one shirt for credit and one for a refund, in two requests
    first = counter.asked(1, Outcome.STORE_CREDIT)
    counter.asked(1, Outcome.REFUND)

    returnable = counter.returnable()
    with counter.database.read() as session:
        order = counter.order(session)
        group = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == first.id)).one()
        quote = session.get_one(offers.ReturnQuote, counter.ret(session, first).quote_id)
        again = facts.paid_order(session, order, returnable, without_group=group.id)
        accepted = settlement_from_stored(group.accepted)
        manner = offers.manner_of(session, order, again)
        request = Request(quote.public_id, counter.now())
        settled, _ = reckoned(again, counter.ret(session, first), group, accepted, request, manner)

    assert settled is not None
    assert (settled.own, settled.bonus, settled.gets) == (euro("48.60"), euro("4.50"), euro("53.10"))
    assert settled.accepted == accepted.accepted


@pytest.mark.asked
def test_a_group_comes_to_what_it_was_quoted_at_whoever_is_settled_first(counter: Counter) -> None:
    # given three caps at 10.05 and a bonus of 10 %: 1.01, 1.00 and 1.01 as they are asked for one by one
    variants = goods(counter.stage, 0, cap="10.05")
    counter.desk = sell(counter.stage, [{"variant_id": variants["cap"], "quantity": 3}], variants, taxes_included=False)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    asked = [counter.asked(1, Outcome.STORE_CREDIT) for _ in range(3)]

    with counter.database.read() as session:
        quoted = [grant.amount for grant in session.scalars(select(BonusGrant).order_by(BonusGrant.id))]
    assert quoted == [101, 100, 101]

    # then each comes to the same again, in whatever turn
    again = [settled.bonus.amount for ret in reversed(asked) for settled in priced_again(counter, ret)]
    assert list(reversed(again)) == quoted


@pytest.mark.asked
def test_the_shipping_fee_stays_where_it_was_quoted(counter: Counter) -> None:
    # given a fee of 5.00 a return, on two shirts of which one is for credit and one for a refund
    then = Effects(
        windows={Scope.ANY: Window(latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        shipping_fee="5.00",  # type: ignore[arg-type]
    )
    counter.publish(Policy(rules=(Rule(name="Fee", then=then),)))
    counter.wire.advance(minutes=1)
    variants = counter.desk.variants
    lines = [{"variant_id": variants[size], "quantity": 1} for size in ("S", "M")]
    counter.desk = sell(counter.stage, lines, variants, taxes_included=False)
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()
    wish = Wish(counter.wish(1, Outcome.REFUND).lines + counter.wish(1, Outcome.STORE_CREDIT, 2).lines)
    ret = counter.submit(counter.price(wish))

    # then the first bears it, priced again or not, and the second never does
    assert fees(counter, ret) == [500, 0]
    # and where the first falls away, the fee is forgone
    with counter.database.write() as session:
        first = session.scalars(select(ReleaseGroup).order_by(ReleaseGroup.position)).first()
        assert first is not None
        first.state = GroupState.FELL_AWAY
    assert fees(counter, ret)[1] == 0


def fees(counter: Counter, ret: Return) -> list[int]:
    """The shipping fee of each group, priced again."""
    return [settled.shipping_fee.amount for settled in priced_again(counter, ret)]


def priced_again(counter: Counter, ret: Return) -> list[Settlement]:
    """Each group of the return on its own, all of it accepted."""
    returnable, found = counter.returnable(), []
    mine = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
    with counter.database.read() as session:
        for group in session.scalars(mine):
            accepted = settlement_from_stored(group.accepted)
            order = facts.paid_order(session, counter.order(session), returnable, without_group=group.id)
            request = Request(accepted.accepted[0].request_id, counter.now())
            manner = offers.manner_of(session, counter.order(session), order)
            final, _ = reckoned(order, counter.ret(session, ret), group, accepted, request, manner)
            assert final is not None
            found.append(final)
    return found


def test_gift_card_and_store_credit_are_told_from_payments(counter: Counter) -> None:
    told = counter.returnable()
    amounts = {"gift_card": "30.00", "shopify_store_credit": "20.00", "shopify_payments": "47.20"}
    tenders = tuple(
        TenderSnapshot(number, gateway, euro(amount), euro(amount))
        for number, (gateway, amount) in enumerate(amounts.items(), start=1)
    )

    order = paid(counter, replace(told, tenders=tenders))

    assert [each.kind for each in order.tenders] == [
        TenderKind.GIFT_CARD,
        TenderKind.STORE_CREDIT,
        TenderKind.PAYMENT,
    ]


@pytest.mark.asked
@pytest.mark.parametrize(
    ("given", "expires_after_days", "spent", "taken_back", "own"),
    [
        ("24.30", 30, "48.60", "0", Fraction(3, 4)),  # of 97.20 paid, 24.30 had been a bonus
        ("60.00", 30, "48.60", "0", Fraction(1, 2)),  # no more of a bonus than credit was spent
        ("24.30", 30, "0", "0", Fraction(1)),  # paid without credit
        ("24.30", -1, "48.60", "0", Fraction(1)),  # it had expired when the order was placed
        ("48.60", 30, "48.60", "24.30", Fraction(3, 4)),  # half of it was taken back unspent
        ("24.30", 30, "48.60", "24.30", Fraction(1)),  # all of it was
    ],
)
def test_what_an_earlier_bonus_paid_for_is_told_from_own_money(
    counter: Counter, given: str, expires_after_days: int, spent: str, taken_back: str, own: Fraction
) -> None:
    ret = counter.asked(1, Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        placed = counter.order(session).placed_at
        was = {"state": GrantState.ISSUED, "issued_at": placed - timedelta(days=20), "account_id": "gid://account"}
        expires = placed + timedelta(days=expires_after_days)
        was |= {"amount": euro(given).amount, "taken_back": euro(taken_back).amount}
        session.execute(update(BonusGrant).values(expires_at=expires, **was))
    card, credit = euro("97.20") - euro(spent), euro(spent)
    tenders = (
        TenderSnapshot(1, "shopify_payments", card, card),
        TenderSnapshot(2, "shopify_store_credit", credit, credit),
    )

    order = paid(counter, replace(counter.returnable(), tenders=tenders), without_return=ret.id)

    assert order.own_share == own


def test_a_goodwill_refund_bounds_what_can_go_back(counter: Counter) -> None:
    told = counter.returnable()

    assert paid(counter, replace(told, refundable=euro("40.00"))).most_refundable == euro("40.00")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"is_company": True}, "credit_not_for_companies"),
        ({"customer_id": None}, "credit_needs_customer"),
        ({"credit": CreditSetUp(False, True)}, "credit_not_set_up"),
        ({"credit": CreditSetUp(True, False)}, "credit_not_set_up"),
    ],
)
def test_credit_that_cannot_be_given_says_why(counter: Counter, change: dict[str, object], kind: str) -> None:
    told = replace(counter.returnable(), **change)  # type: ignore[arg-type]
    with counter.database.write() as session:
        quote = offers.price(session, counter.order(session), told, counter.wish(1, None), counter.now())
    options = {option.outcome: option for option in quotes.from_stored(quote.options).options}

    assert [reason.kind for reason in options[Outcome.STORE_CREDIT].reasons] == [kind]
    assert options[Outcome.REFUND].is_available


def test_a_line_that_an_exchange_brought_is_known(counter: Counter) -> None:
    told = counter.returnable()
    line_id = told.lines[0].line_id
    counter.desk.create(exchangeLineItems=[counter.desk.new("M")])
    made = replace(counter.returnable().returns[0], exchanged=(line_id,))

    assert subject(counter, replace(told, returns=(made,))).line.is_exchange
    assert not subject(counter, told).line.is_exchange


def test_prices_in_krona_are_reckoned_in_krona(counter: Counter) -> None:
    counter.desk = shirts(counter.stage, counter.desk.variants, 2, presentment_currency="SEK")
    counter.stage.post("/events", {"fulfillment_id": counter.desk.parcel_id, "status": "delivered"})
    counter.learn()

    told = counter.returnable()
    quote = counter.price(counter.wish(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"]))

    assert (told.currency, told.shop_currency, quote.currency) == ("SEK", "EUR", "SEK")
    assert told.rate is not None
    assert quote.settlements[0]["due"] == {"amount": 0, "currency": "SEK"}


@pytest.mark.asked
def test_a_customers_record_and_standing_reach_the_policy(counter: Counter) -> None:
    counter.asked(1, Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        session.execute(update(BonusGrant).values(state=GrantState.ISSUED))
        session.execute(update(Customer).values(tags=["VIP"], orders_count=4))
        standing.put(session, counter.shop_id, Standing.BLOCKED, "mara", counter.now(), email="Ada@Example.com ")
        ada = session.scalars(select(Customer)).one()
        session.execute(update(Order).values(email_hash=ada.email_hash))

    customer = subject(counter).customer

    assert customer is not None
    assert (customer.tags, customer.order_count, customer.standing) == (frozenset({"VIP"}), 4, Standing.BLOCKED)
    assert (customer.return_count, customer.return_value, customer.bonus_received) == (1, euro("48.60"), euro("4.50"))


def test_somebody_taken_off_the_list_is_on_none(counter: Counter) -> None:
    with counter.database.write() as session:
        for each in (Standing.BLOCKED, Standing.ALLOWED, Standing.NEITHER):
            standing.put(session, counter.shop_id, each, "mara", counter.now(), customer_id=501)
        assert standing.everybody_listed(session, counter.shop_id) == ()
        assert standing.standing_of(session, counter.shop_id, 501, None) is Standing.NEITHER


def test_word_of_a_delivery_that_came_late_only_lengthens_the_window(counter: Counter) -> None:
    found = subject(counter)

    assert found.line.delivered_at is not None
    assert found.line.delivery_known_at is not None
    assert found.line.delivery_known_at - found.line.delivered_at < timedelta(minutes=5)
