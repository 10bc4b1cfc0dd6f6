"""The seeded shop's return policy: what its page of words says, as a document; and what its merchant has set up."""

import json
import signal
import threading
from pathlib import Path

import pytest

from devstore.demo import Demo, told_to_stop
from devstore.demo_choices import read_choices
from devstore.seed import build
from devstore.seed.texts import table
from shopify_app.returns.document import read_policy
from shopify_app.returns.shadowing import shadowed
from shopify_app.returns.vocabulary import Method
from shopify_app.settings.messages import Messages
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import ADAPTERS

LANGUAGES = {"de", "en", "es", "fr", "nl", "sv"}
POLICY = Path(build.__code__.co_filename).parent / "policy.json"


def test_the_policy_of_the_seeded_shop_can_be_published() -> None:
    policy = read_policy(POLICY.read_text())

    assert shadowed(policy) == ()


def test_it_keeps_of_a_refund_what_the_shops_own_page_says() -> None:
    page = next(row["body"] for row in table("house")["policy"] if row["handle"] == "refund-policy")
    policy = read_policy(POLICY.read_text())

    fees = [rule.then.shipping_fee for rule in policy.rules if rule.then.shipping_fee and not rule.when.methods]
    fee = fees[0]
    assert f"we keep {fee['EUR']} euros of the postage" in page


def test_what_is_brought_to_a_shop_costs_nothing_as_the_shops_own_page_says() -> None:
    page = next(row["body"] for row in table("house")["policy"] if row["handle"] == "refund-policy")
    policy = read_policy(POLICY.read_text())

    assert "Returns in our shops in Göteborg and Berlin are always free" in page
    free = next(rule for rule in policy.rules if rule.when.methods == (Method.IN_STORE,))
    assert free.then.shipping_fee is not None
    assert free.then.shipping_fee["EUR"] == 0
    offered = [rule.then.methods for rule in policy.rules if rule.then.methods]
    assert all(Method.IN_STORE in methods for methods in offered)


def test_every_good_of_the_final_sale_rule_exists() -> None:
    tagged = [row["handle"] for row in table("goods")["product"] if "final sale" in row["tags"]]

    assert {"lule-boxers", "gift-card"} <= set(tagged)


def test_whoever_sends_something_back_is_told_where_to_and_how_in_their_language() -> None:
    held = {kind: ADAPTERS[kind].validate_python(value) for kind, value in merchant().items()}
    warehouse = next(row for row in table("house")["location"] if row["name"] == "Warehouse Borås")

    returns, messages = held["returns"], held["messages"]
    assert isinstance(returns, Returns)
    assert isinstance(messages, Messages)
    assert f"{warehouse['address1']}\n{warehouse['zip']} {warehouse['city']}" in returns.return_address
    assert set(returns.instructions) == LANGUAGES
    assert messages.reply_to == merchant()["support"]["email"]


def test_mails_of_the_demo_come_from_its_shop(tmp_path: Path) -> None:
    demo = Demo(read_choices(["--data-dir", str(tmp_path)]), threading.Event())
    demo.stop()

    assert demo.environment["POSTLUDE_MAIL_FROM"] == "returns@hedvall.example"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_a_polite_kill_and_a_closed_terminal_all_end_it(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        stop = told_to_stop()
        signal.raise_signal(number)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

    assert stop.is_set()


def merchant() -> dict:
    text = (POLICY.parent / "merchant.json").read_text()
    return json.loads(text.replace("{origin}", "https://hedvall.example"))
