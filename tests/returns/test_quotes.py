"""Quotes: outcomes side by side, why one cannot be had, keeping, mixed choices, settling what was accepted, storing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import policy_cases
import pytest
from money_cases import NOW, line, money, order, percent, request, settled, terms

from shopify_app.i18n import Languages
from shopify_app.returns import explain_sums
from shopify_app.returns.inspecting.verdicts import reckoned
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.paid import Manner
from shopify_app.returns.policy import check
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.quotes import Quote, Wanted, from_stored, mixed, propose, to_stored
from shopify_app.returns.reasons import (
    CreditNeedsCustomer,
    CreditNotForCompanies,
    CreditNotSetUp,
    NoExchangeWithDuties,
    NotEligible,
    OutsideWindow,
    TooDearToKeep,
)
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.units import NotEnoughUnits
from shopify_app.returns.verdicts import Verdict
from shopify_app.returns.vocabulary import EXCHANGES, LeftoverTo, Outcome, TenderOrder

MANNER = Manner()
REFUND, CREDIT, SWAP, SHOP, KEEP = (
    Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE, Outcome.SHOP_NOW, Outcome.KEEP_ITEM,
)  # fmt: skip


def everything(line_id: int = 1, keep_below: str | None = None) -> Verdict:
    found = [terms(REFUND), terms(CREDIT, percent()), terms(SWAP), terms(SHOP, percent())]
    if keep_below:
        found.append(terms(KEEP, keep_below=money(keep_below)))
    return Verdict(line_id, 3, terms=tuple(found))


def wanted(line_id: int = 1, count: int = 1, **changes: Any) -> Wanted:
    return Wanted(line_id, count, everything(line_id, **changes))


def quoted(*chosen: Wanted, **changes: Any) -> Quote:
    return propose(order(**changes), chosen or (wanted(),), request(), MANNER)


def test_every_outcome_stands_beside_the_others_with_what_the_shopper_gets() -> None:
    quote = quoted()

    gets = {o.outcome.value: [str(s.gets) for s in o.settlements] for o in quote.options if o.is_available}
    assert gets == {
        "refund": ["48.60"], "store_credit": ["53.10"], "variant_exchange": ["48.60"], "shop_now": ["53.10"],
    }  # fmt: skip
    assert (quote.currency, quote.policy_version, quote.order_id) == ("EUR", 3, 1042)


def test_a_quote_lives_for_a_day() -> None:
    quote = quoted()

    assert quote.expires_at == NOW + timedelta(hours=24)
    assert quote.is_open(NOW + timedelta(hours=23, minutes=59))
    assert not quote.is_open(NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_company": True}, CreditNotForCompanies()),
        ({"has_customer": False}, CreditNeedsCustomer()),
        ({"gives_credit": False}, CreditNotSetUp()),
    ],
)
def test_store_credit_that_cannot_be_given_is_explained_and_the_rest_stands(
    changes: dict[str, Any], reason: Any
) -> None:
    quote = quoted(**changes)

    with pytest.raises(NotEligible) as failure:
        quote.option(CREDIT)
    assert failure.value.reasons == (reason,)
    assert quote.option(REFUND).is_available


def test_orders_with_duties_are_refunded_or_credited_never_exchanged() -> None:
    quote = quoted(has_duties=True)

    for outcome in EXCHANGES:
        assert NoExchangeWithDuties() in next(o for o in quote.options if o.outcome is outcome).reasons
    assert quote.option(REFUND).is_available
    assert quote.option(CREDIT).is_available


def test_an_outcome_that_one_of_the_lines_may_not_have_says_why() -> None:
    late = OutsideWindow(3, date(2026, 11, 17))
    other = Verdict(2, 3, terms=(terms(CREDIT, percent()),), refused=((REFUND, late),))

    quote = propose(order(line(1), line(2)), [wanted(), Wanted(2, 1, other)], request(), MANNER)

    with pytest.raises(NotEligible) as failure:
        quote.option(REFUND)
    assert failure.value.reasons == (late,)
    assert str(quote.option(CREDIT).settlements[0].gets) == "106.20"


def test_quantities_above_what_is_left_foreign_lines_and_nothing_at_all_are_refused() -> None:
    with pytest.raises(NotEnoughUnits):
        quoted(wanted(count=3))
    with pytest.raises(KeyError):
        quoted(wanted(line_id=99))
    for nothing in ([], [wanted(count=0)], [wanted(count=-1)]):
        with pytest.raises(ValueError):
            propose(order(), nothing, request(), MANNER)


def test_a_cheap_item_may_be_kept_and_splitting_keeps_no_more() -> None:
    cheap = order(line(count=2, price="6.00", discount="0", tax="0"))

    def keep(paid: Any, count: int) -> Any:
        return next(
            o
            for o in propose(paid, [wanted(count=count, keep_below="10.00")], request(), MANNER).options
            if o.outcome is KEEP
        )

    one = keep(cheap, 1)
    assert str(one.settlements[0].gets) == "6.00"
    assert keep(cheap, 2).reasons == (TooDearToKeep(),)
    assert keep(settled(cheap, one.settlements), 1).reasons == (TooDearToKeep(),)


def test_lines_may_have_different_outcomes_in_one_request() -> None:
    found = mixed(order(line(1), line(2)), [(wanted(), REFUND), (wanted(2), CREDIT)], request(), MANNER)

    assert [(s.outcome, str(s.gets)) for s in found] == [(REFUND, "48.60"), (CREDIT, "53.10")]


def test_units_of_one_line_may_part_ways_and_never_leave_twice() -> None:
    three = order(line(count=3, price="10.00", discount="10.00", tax="0.00"))

    found = mixed(three, [(wanted(), REFUND), (wanted(count=2), CREDIT)], request(), MANNER)

    assert [str(s.own) for s in found] == ["6.66", "13.34"]
    with pytest.raises(NotEnoughUnits):
        mixed(three, [(wanted(count=2), REFUND), (wanted(count=2), CREDIT)], request(), MANNER)


def test_a_choice_that_is_not_offered_is_refused_with_its_reason() -> None:
    with pytest.raises(NotEligible) as failure:
        mixed(order(is_company=True), [(wanted(), CREDIT)], request(), MANNER)
    assert failure.value.reasons == (CreditNotForCompanies(),)


def test_what_was_accepted_is_priced_under_the_terms_of_the_quote() -> None:
    (credit,) = quoted(wanted(count=2)).option(CREDIT).settlements

    def reckoned_at(*decisions: UnitDecision) -> tuple[Settlement | None, Settlement | None]:
        units = [ReturnUnit(number=number, decision=each) for number, each in enumerate(decisions, start=1)]
        ret = Return(lines=[ReturnLine(line_id=1, group_id=7, units=units)])
        return reckoned(order(), ret, ReleaseGroup(id=7), credit, request(), MANNER)

    fewer, _ = reckoned_at(UnitDecision.ACCEPTED, UnitDecision.REFUSED)

    assert reckoned_at(UnitDecision.ACCEPTED, UnitDecision.PENDING) == (credit, credit)
    assert fewer is not None
    assert str(fewer.gets) == "53.10"
    assert fewer.lines[0].accepted.asked == (0, 1)
    assert reckoned_at(UnitDecision.REFUSED, UnitDecision.REFUSED) == (None, None)


def test_a_stored_quote_is_read_back_as_it_was() -> None:
    quote = quoted(wanted(count=2, keep_below="500.00"), is_company=True)

    assert from_stored(json.loads(json.dumps(to_stored(quote)))) == quote


def test_every_row_of_every_outcome_has_words_in_the_readers_language() -> None:
    english = Languages().choose(["en-GB"])
    fees = {"restocking_percent": Decimal("12.5"), "shipping_fee": money("4.95")}
    costly = Verdict(1, 1, terms=tuple(replace(found, **fees) for found in everything().terms))
    (credit,) = propose(order(), [Wanted(1, 1, costly)], request(), MANNER).option(CREDIT).settlements

    said = [english.say(explain_sums.row(row)) for row in (*credit.lines[0].rows, *credit.rows)]

    assert said == [
        "Price of 1 item",
        "Discounts, this item's share",
        "Tax",
        "Restocking fee, 12.5 % of €45.00",
        "Return shipping",
        "Bonus, 10 % of €34.42",
        "Store credit, your own money",
    ]


def test_from_the_policy_to_the_sums() -> None:
    boots = policy_cases.subject(line={"price_paid": money("45.00")})
    published = (PolicyVersion(1, datetime(2026, 1, 1, tzinfo=UTC), PRESETS["standard"].policy),)
    verdict = check(published, boots)

    quote = propose(order(), [Wanted(1, 1, verdict)], request(), MANNER)

    assert str(quote.option(REFUND).settlements[0].gets) == "48.60"
    assert str(quote.option(CREDIT).settlements[0].gets) == "53.10"
    assert str(quote.option(SWAP).settlements[0].due) == "0.00"


def test_the_shops_manner_comes_from_its_policy_in_the_orders_currency() -> None:
    policy = replace(
        PRESETS["standard"].policy,
        tender_order=TenderOrder.PROPORTIONAL,
        leftover_to=LeftoverTo.STORE_CREDIT,
        waive_balance_up_to={"shop": Decimal("0.50")},
    )

    assert Manner.of(policy, order().rates) == Manner(TenderOrder.PROPORTIONAL, LeftoverTo.STORE_CREDIT, money("0.50"))
