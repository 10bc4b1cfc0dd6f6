"""The seeded shop's return policy: what its page of words says, as a document."""

from pathlib import Path

from devstore.seed import build
from devstore.seed.texts import table
from shopify_app.returns.document import read_policy
from shopify_app.returns.shadowing import shadowed

POLICY = Path(build.__code__.co_filename).parent / "policy.json"


def test_the_policy_of_the_seeded_shop_can_be_published() -> None:
    policy = read_policy(POLICY.read_text())

    assert shadowed(policy) == ()


def test_it_keeps_of_a_refund_what_the_shops_own_page_says() -> None:
    page = next(row["body"] for row in table("house")["policy"] if row["handle"] == "refund-policy")
    policy = read_policy(POLICY.read_text())

    fee = next(rule.then.shipping_fee for rule in policy.rules if rule.then.shipping_fee)
    assert f"we keep {fee['EUR']} euros of the postage" in page


def test_every_good_of_the_final_sale_rule_exists() -> None:
    tagged = [row["handle"] for row in table("goods")["product"] if "final sale" in row["tags"]]

    assert {"lule-boxers", "gift-card"} <= set(tagged)
