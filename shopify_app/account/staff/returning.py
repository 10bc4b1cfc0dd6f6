"""A return made for the customer from the order's page in Shopify's admin: what can come back, the sum, and yes.

The same verbs as the app's own page: what is accepted is the stored quote that was shown, once. What Shopify has to say
is read before every transaction.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from shopify_app.account.door import adapters, blueprint, refusal
from shopify_app.account.staff.visit import language, member, order_of, refused, shopify, user_id
from shopify_app.account.staff.wishing import WrongFields, outcomes_of, wish_of
from shopify_app.i18n import Language, phrase
from shopify_app.pages.badges import WAYS_BACK
from shopify_app.returns import acceptance, explain_sums, for_customer
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.explain import outcome_of
from shopify_app.returns.for_customer import Known, NotShown, Sizes
from shopify_app.returns.plainly import REFUSALS, sentence, why_not
from shopify_app.returns.settlements import OWN, Settlement
from shopify_app.returns.vocabulary import WITH_CART
from shopify_app.shops.staff import Right

NOT_SHOWN = phrase("Shopify does not show this order any more.")
TAKE_A_LOOK = phrase("Some fields need another look.")
NOTHING_THERE = phrase("Nothing of this order can come back.")
GONE = phrase(
    "The replacement is out of stock, so the return was not approved. The customer has been asked to choose another."
)
MADE = phrase("The return is made and approved. The customer is told by e-mail.")
MOST_BODY = 100_000


@blueprint.route("/staff/return", methods=["GET", "OPTIONS"])
def what_can_come_back() -> Response:
    """``{"order", "lines": [{"key", "title", "variant", "price", "most", "why", "outcomes", "sizes", "methods"}],
    "reasons", "more"}``; choices are ``[{"value", "label"}]``. `why` says why a line cannot come back, `more` is the
    app's page for what the extension has no form for."""
    known, spoken = _known(), language()
    member()
    return jsonify(
        order=known.order.name,
        lines=[_line(line, known.sizes, spoken) for line in known.lines],
        reasons=[{"value": reason.handle, "label": reason.name} for reason in known.reasons],
        more=f"app/returns/new?order={known.order.number}",
        has_more=any(terms.outcome in WITH_CART for line in known.lines for terms in line.verdict.terms),
        nothing=None if any(line.verdict.is_eligible for line in known.lines) else spoken.say(NOTHING_THERE),
    )


@blueprint.route("/staff/return/price", methods=["POST", "OPTIONS"])
def price_of_return() -> Response:
    """``{"quote", "parts": [{"title", "rows": [{"label", "amount"}], "gets", "pays"}], "at_once"}``: stored, and good
    for a day. 422 with ``{"error", "fields": {key: {field: sentence}}}`` where something is wrong."""
    request.max_content_length = MOST_BODY
    known, spoken = _known(), language()
    wish = wish_of(request.get_json(silent=True), known.lines, known.sizes, [reason.handle for reason in known.reasons])
    now = adapters().clock.now()
    quote = for_customer.price(adapters().database, shopify(), known.order.id, known.returnable, wish, now)
    parts = [_part(each, spoken) for each in acceptance.settlements_of(quote)]
    return jsonify(quote=quote.public_id, parts=parts, at_once=for_customer.pays_at_once(quote))


@blueprint.route("/staff/return", methods=["POST"])
def make_return() -> Response:
    """Accepts the quote that was shown and approves it: ``{"rma", "path", "approved", "said"}``. A replacement that is
    gone meanwhile keeps the request waiting. Who has not the right to move money may make returns that are paid later,
    by the policy, and none that is paid at its approval."""
    request.max_content_length = MOST_BODY
    body = request.get_json(silent=True)
    public_id = str(body.get("quote", ""))[:80] if isinstance(body, dict) else ""
    with adapters().database.read() as session:
        order = order_of(session)
    may_pay, now = member().may(Right.SETTLE), adapters().clock.now()
    made = for_customer.make(adapters().database, shopify(), order, public_id, now, staff=user_id(), may_pay=may_pay)
    ret, said = made.ret, language().say(MADE if made.is_approved else GONE)
    return jsonify(rma=ret.rma, path=f"app/returns/{ret.rma}", approved=made.is_approved, said=said)


@blueprint.errorhandler(NotShown)
def not_shown(_failure: NotShown) -> Response:
    """Our row outlived Shopify's."""
    return refused(404, NOT_SHOWN)


@blueprint.errorhandler(WrongFields)
def wrong_fields(failure: WrongFields) -> Response:
    """Every field that is wrong, with its sentence."""
    spoken = language()
    answer = jsonify(
        error=spoken.say(TAKE_A_LOOK),
        fields={str(key): {name: spoken.say(said) for name, said in found.items()}
                for key, found in failure.fields.items()},
    )  # fmt: skip
    answer.status_code = 422
    return answer


def _not_done(failure: Exception) -> Response:
    """What a verb refused; nothing has moved."""
    return refusal(422, sentence(failure, language()))


for _refusal in REFUSALS:
    blueprint.register_error_handler(_refusal, _not_done)


def _known() -> Known:
    """Raises NotStaff, NoSuchOrder, NotShown and ShopifyError."""
    with adapters().database.read() as session:
        order = order_of(session)
    return for_customer.know(adapters().database, shopify(), order, adapters().clock.now())


def _line(line: EligibleLine, sizes: Sizes, spoken: Language) -> dict[str, Any]:
    is_open = line.verdict.is_eligible and line.fulfillment_line_id is not None
    return {
        "key": str(line.fulfillment_line_id) if is_open else None,
        "title": line.title,
        "variant": line.variant_title,
        "price": spoken.money(line.unit_price),
        "most": line.quantity if is_open else 0,
        "why": None if is_open else " ".join(spoken.say(why_not(reason)) for reason in line.verdict.reasons),
        "outcomes": [
            {"value": each, "label": spoken.say(outcome_of(each, line.quantity))} for each in outcomes_of(line, sizes)
        ],
        "sizes": [{"value": str(each), "label": title} for each, title in sizes.get(line.product_id or 0, ())],
        "methods": [{"value": each, "label": spoken.say(WAYS_BACK[each])} for each in line.verdict.methods],
    }


def _part(settled: Settlement, spoken: Language) -> dict[str, Any]:
    """How one outcome's sum is worked out: the customer's own money first, then what is on top."""
    rows = [row for line in settled.lines for row in line.rows] + list(settled.rows)
    pieces = sum(len(line.units) for line in settled.lines)
    return {
        "title": spoken.say(outcome_of(settled.outcome, pieces)),
        "rows": [{"label": spoken.say(explain_sums.row(row)), "amount": spoken.money(row.amount)}
                 for row in rows if row.kind in OWN],
        "bonus": spoken.money(settled.bonus) if settled.bonus else None,
        "gets": spoken.money(settled.gets),
        "pays": spoken.money(settled.due) if settled.due else None,
    }  # fmt: skip
