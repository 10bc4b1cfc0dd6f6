"""`shopify.app.toml` and the table of handlers say the same, both ways, down to the file that handles each topic."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from webhooks.handle import AFTER_UNINSTALL, TOPICS

TOML = Path(__file__).parents[2] / "shopify.app.toml"
BLOCK = re.compile(
    r"\[\[webhooks\.subscriptions\]\] *#? *(?P<file>webhooks/\w+\.py)?(?P<body>.*?)(?=\[\[|\Z)", re.DOTALL
)


def subscribed() -> dict[str, list[str]]:
    """Topic -> the blocks' lists it stands in."""
    found: dict[str, list[str]] = {}
    for block in tomllib.loads(TOML.read_text())["webhooks"]["subscriptions"]:
        for kind in ("topics", "compliance_topics"):
            for topic in block.get(kind, []):
                found.setdefault(topic, []).append(kind)
    return found


def test_every_topic_we_subscribe_to_has_a_handler_and_every_handler_a_subscription():
    assert set(subscribed()) == set(TOPICS)


def test_no_topic_is_subscribed_to_twice():
    assert [topic for topic, blocks in subscribed().items() if len(blocks) > 1] == []


def test_compliance_topics_stand_where_shopify_wants_them_and_outlive_an_uninstall():
    compliance = {topic for topic, blocks in subscribed().items() if blocks == ["compliance_topics"]}

    assert compliance == {"customers/data_request", "customers/redact", "shop/redact"}
    assert compliance < AFTER_UNINSTALL


def test_every_block_goes_to_the_address_of_the_intake():
    addresses = {block["uri"] for block in tomllib.loads(TOML.read_text())["webhooks"]["subscriptions"]}

    assert addresses == {"/webhooks"}


def test_the_file_named_beside_a_block_is_the_one_that_handles_its_topics():
    blocks = list(BLOCK.finditer(TOML.read_text()))
    assert len(blocks) == len(tomllib.loads(TOML.read_text())["webhooks"]["subscriptions"])

    for block in blocks:
        topics = re.findall(r'"([a-z_]+/[a-z_]+)"', block["body"])
        files = {f"{TOPICS[topic].__module__.replace('.', '/')}.py" for topic in topics}
        assert files == {block["file"]}, topics
