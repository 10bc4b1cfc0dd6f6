"""What is done to returns and money at Shopify: mutations of `AdminAPI`, and the reads that look back for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopify_app.shopify.calls import Calls, check
from shopify_app.shopify.nodes import Node, gid, number
from shopify_app.shopify.return_fact_nodes import (
    account_facts,
    calculated,
    credit_facts,
    is_older,
    outcome_facts,
    plain,
    return_facts,
)
from shopify_app.shopify.return_facts import (
    AccountFacts,
    Calculated,
    CardFacts,
    CreditFacts,
    OutcomeFacts,
    ReturnFacts,
)
from shopify_app.shopify.return_snapshots import OrderTooLarge

MOST_PAGES = 20
"""Pages of an order's returns, fifty to a page, that are looked through for one of ours."""


@dataclass(frozen=True)
class ReturnWrites(Calls):
    """Mutations that returns need. None is sent twice: after AnswerLost the caller looks back. Each raises UserErrors
    when Shopify refused it, which did nothing. `input` is as the schema's input type of that name."""

    def create_return(self, input: dict[str, Any]) -> ReturnFacts:
        """`ReturnInput`: a return that is agreed to; the step's note travels in each line's reason note."""
        return self._changed("ReturnCreate", "returnCreate", input=input)

    def process_return(self, input: dict[str, Any]) -> ReturnFacts:
        """`ReturnProcessInput`: lines and money in one call."""
        return self._changed("ReturnProcess", "returnProcess", input=input)

    def remove_from_return(
        self, return_gid: str, lines: Sequence[dict[str, Any]], exchanges: Sequence[dict[str, Any]]
    ) -> ReturnFacts:
        """Takes unprocessed units off; without its last line the return closes itself."""
        return self._changed(
            "RemoveFromReturn", "removeFromReturn", id=return_gid, lines=list(lines), exchanges=list(exchanges)
        )

    def cancel_return(self, return_gid: str) -> None:
        """Only before anything was refunded or disposed."""
        check(self._run("ReturnCancel", id=return_gid)["returnCancel"]["userErrors"])

    def close_return(self, return_gid: str) -> None:
        """Nothing more is expected of it."""
        check(self._run("ReturnClose", id=return_gid)["returnClose"]["userErrors"])

    def reopen_return(self, return_gid: str) -> None:
        """A closed return is open again."""
        check(self._run("ReturnReopen", id=return_gid)["returnReopen"]["userErrors"])

    def approve_request(self, return_gid: str) -> None:
        """A request that a shopper made in Shopify's own pages is agreed to, for good."""
        check(self._run("ReturnApproveRequest", id=return_gid)["returnApproveRequest"]["userErrors"])

    def decline_request(self, return_gid: str, reason: str) -> None:
        """The same request is refused, for good; `reason` is a `ReturnDeclineReason`."""
        check(self._run("ReturnDeclineRequest", id=return_gid, reason=reason)["returnDeclineRequest"]["userErrors"])

    def add_reverse_delivery(self, reverse_order_gid: str, tracking_number: str | None, url: str | None) -> str:
        """A parcel on its way back, with everything of the reverse fulfilment order. Returns its global id."""
        tracking = {"number": tracking_number, "url": url} if tracking_number or url else None
        answer = self._run("ReverseDeliveryCreate", order=reverse_order_gid, tracking=tracking)
        made = answer["reverseDeliveryCreateWithShipping"]
        check(made["userErrors"])
        return made["reverseDelivery"]["id"]

    def dispose(self, inputs: Sequence[dict[str, Any]]) -> None:
        """`ReverseFulfillmentOrderDisposeInput`s: what became of units."""
        check(self._run("Dispose", inputs=list(inputs))["reverseFulfillmentOrderDispose"]["userErrors"])

    def credit_store_credit(self, owner_gid: str, input: dict[str, Any]) -> CreditFacts:
        """`StoreCreditAccountCreditInput`. Shopify keeps no note of it: amount and `expiresAt` are how it is found."""
        made = self._run("StoreCreditCredit", id=owner_gid, input=input)["storeCreditAccountCredit"]
        check(made["userErrors"])
        return credit_facts(made["storeCreditAccountTransaction"])

    def debit_store_credit(self, account_gid: str, input: dict[str, Any]) -> CreditFacts:
        """`StoreCreditAccountDebitInput`: takes unspent credit back."""
        made = self._run("StoreCreditDebit", id=account_gid, input=input)["storeCreditAccountDebit"]
        check(made["userErrors"])
        return credit_facts(made["storeCreditAccountTransaction"])

    def create_gift_card(self, input: dict[str, Any]) -> CardFacts:
        """`GiftCardCreateInput` with a code of ours: Shopify refuses a second card with it."""
        made = self._run("GiftCardCreate", input=input)["giftCardCreate"]
        check(made["userErrors"])
        return CardFacts(made["giftCard"]["id"], str(input.get("note") or ""), plain(made["giftCard"]["balance"]))

    def return_state(self, shopify_id: int) -> ReturnFacts | None:
        """One return with everything that was done to it; None when Shopify shows none."""
        node = self._run("ReturnFacts", id=gid("Return", shopify_id))["return"]
        return None if node is None else return_facts(node)

    def order_of_reverse_order(self, shopify_id: int) -> int | None:
        """Whose goods a reverse fulfilment order brings back: Shopify's number of the order; None: it shows none."""
        node = self._run("ReverseOrderOwner", id=gid("ReverseFulfillmentOrder", shopify_id))["reverseFulfillmentOrder"]
        return number(node["order"]["id"]) if node and node["order"] else None

    def return_noted(self, order_id: int, note: str) -> ReturnFacts | None:
        """The return of the order whose lines carry `note`; cancelled ones too. The newest are read first, page by
        page; raises OrderTooLarge where `MOST_PAGES` do not hold them all."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            order = self._run("OrderReturns", id=gid("Order", order_id), after=cursor)["order"]
            if order is None:
                return None
            for node in order["returns"]["nodes"]:
                notes = [line["returnReasonNote"] or "" for line in node["returnLineItems"]["nodes"]]
                if any(note in each.split() for each in notes):
                    return self.return_state(number(node["id"]))
            page = order["returns"]["pageInfo"]
            if not page["hasNextPage"]:
                return None
            cursor = page["endCursor"]
        raise OrderTooLarge("returns")

    def suggested_outcome(
        self, return_gid: str, lines: Sequence[dict[str, Any]], exchanges: Sequence[dict[str, Any]], to_credit: bool
    ) -> OutcomeFacts | None:
        """What Shopify reckons for processing these quantities (``{"id", "quantity"}``) now."""
        allocation = "STORE_CREDIT" if to_credit else "ORIGINAL_PAYMENT_METHODS"
        answer = self._run(
            "SuggestedOutcome", id=return_gid, lines=list(lines), exchanges=list(exchanges), allocation=allocation
        )
        return None if answer["return"] is None else outcome_facts(answer["return"])

    def calculated_return(
        self, order_id: int, currency: str, returned: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
    ) -> Calculated:
        """`CalculateReturnLineItemInput`s and `CalculateExchangeLineItemInput`s as Shopify would reckon them now, each
        in their order; nothing is made."""
        wanted = {"orderId": gid("Order", order_id), "returnLineItems": list(returned), "exchangeLineItems": list(new)}
        return calculated(self._run("ReturnCalculate", input=wanted)["returnCalculate"], currency)

    def store_credit_accounts(self, customer_id: int, since: datetime) -> tuple[AccountFacts, ...]:
        """The customer's accounts with every movement since then, newest first; none when Shopify knows no such
        customer."""
        customer = self._run("StoreCreditTransactions", id=gid("Customer", customer_id))["customer"]
        nodes = customer["storeCreditAccounts"]["nodes"] if customer else ()
        return tuple(account_facts(node, self._moved(node, since), since) for node in nodes)

    def gift_cards_found(self, query: str) -> tuple[CardFacts, ...]:
        """Gift cards that Shopify's search finds, with the notes they were made with."""
        nodes = self._run("GiftCardsFound", query=query)["giftCards"]["nodes"]
        return tuple(CardFacts(node["id"], node["note"] or "", plain(node["initialValue"])) for node in nodes)

    def _moved(self, account: Node, since: datetime) -> list[Node]:
        """The account's movements page by page, until one is older than `since`."""
        connection, found = account["transactions"], []
        while True:
            found += connection["nodes"]
            page = connection["pageInfo"]
            if not page["hasNextPage"] or any(is_older(node, since) for node in connection["nodes"]):
                return found
            answer = self._run("StoreCreditTransactionsPage", id=account["id"], after=page["endCursor"])
            if answer["storeCreditAccount"] is None:
                return found
            connection = answer["storeCreditAccount"]["transactions"]

    def _changed(self, document: str, mutation: str, **variables: Any) -> ReturnFacts:
        made = self._run(document, **variables)[mutation]
        check(made["userErrors"])
        return return_facts(made["return"])
