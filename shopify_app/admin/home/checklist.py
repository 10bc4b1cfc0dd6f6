"""What is left to set up, as far as we can see it ourselves: nothing is ticked by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from shopify_app.config import Config
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.policy_days import policy_days
from shopify_app.settings.home import Home
from shopify_app.settings.messages import Messages
from shopify_app.shops.models import Shop

PAGE_BLOCK = "order-tracking"
LINK_EMBED = "track-link"
BLOCKS = (PAGE_BLOCK, LINK_EMBED)
"""The blocks that the list asks for, by the names of their files."""


@dataclass(frozen=True)
class Facts:
    """What was found. `has_mailed`: a mail left since the sender was last changed; `has_followed`: the page of a test
    order, or of one placed with us, was opened."""

    has_look: bool
    has_policy: bool
    has_mailed: bool
    has_followed: bool


@dataclass(frozen=True)
class Link:
    """`path` is a page of this door, or the whole address of a place outside (`is_outside`)."""

    path: str
    text: Phrase
    is_outside: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to set up. `is_ours` is done by us without the merchant; `links` are the ways there, the first one
    the way to do it."""

    name: str
    title: Phrase
    text: Phrase
    is_done: bool
    links: tuple[Link, ...] = ()
    is_ours: bool = False


def steps(shop: Shop, config: Config, home: Home, messages: Messages, is_read: bool, facts: Facts) -> tuple[Step, ...]:
    """In the order in which they are easiest; `is_read`: the shop's past is."""
    return (
        _reading(is_read),
        _look(shop, facts),
        *_blocks(shop, config, home),
        _policy(shop, facts),
        _sender(messages, facts),
        _followed(shop, facts),
    )


def tracking_url(shop: Shop) -> str:
    """Where shoppers find the page. No shop's domain at Shopify has a port; one that has is a stand-in without TLS."""
    host = shop.primary_domain or shop.domain
    return f"{'http' if ':' in host else 'https'}://{host}{shop.proxy_path}"


def theme_link(shop: Shop, where: Mapping[str, str]) -> str:
    """A deep link into the shop's theme editor (shopify.dev, "Configure theme app extensions")."""
    return f"https://{shop.domain}/admin/themes/current/editor?{urlencode(where)}"


def _reading(is_read: bool) -> Step:
    title = phrase("Read the last 60 days") if is_read else phrase("Getting to know your shop")
    text = phrase("Past orders teach us how long your parcels take and what goes well together.")
    return Step("reading", title, text, is_read, is_ours=True)


def _look(shop: Shop, facts: Facts) -> Step:
    from_theme = phrase("Take logo and colours from your theme, look at the page on a phone, and publish it.")
    asked = phrase("Choose your logo and colours, look at it on a phone, and publish it.")
    text = from_theme if "read_themes" in shop.scopes.split(",") else asked
    link = Link("/app/designer/brand", phrase("Open the designer"))
    return Step("look", phrase("Make the tracking page yours"), text, facts.has_look, (link,))


def _blocks(shop: Shop, config: Config, home: Home) -> tuple[Step, Step]:
    page = {"template": "page", "addAppBlockId": f"{config.api_key}/{PAGE_BLOCK}", "target": "newAppsSection"}
    embed = {"context": "apps", "activateAppId": f"{config.api_key}/{LINK_EMBED}"}
    return (
        Step(
            "block",
            phrase("Put order tracking on a page"),
            phrase("Add the block “Order tracking” to a page of your theme, then link that page in your menu."),
            PAGE_BLOCK in home.blocks_seen,
            (Link(theme_link(shop, page), phrase("Open the theme editor"), is_outside=True),),
        ),
        Step(
            "embed",
            phrase("Show the link “Track your order” everywhere"),
            phrase("One switch in the theme editor, under App embeds."),
            LINK_EMBED in home.blocks_seen,
            (Link(theme_link(shop, embed), phrase("Open app embeds"), is_outside=True),),
        ),
    )


def _policy(shop: Shop, facts: Facts) -> Step:
    links = [Link("/app/returns/policy", phrase("Open your policy"))]
    in_shopify = (shop.profile.get("policies") or {}).get("refund")
    named = None if facts.has_policy else policy_days(shop.profile)
    if named and named.days:
        begin = phrase_n(
            "Begin with the {count} day of your refund policy",
            "Begin with the {count} days of your refund policy",
            named.days,
        )
        links.append(Link("/app/returns/policy/presets", begin))
    if in_shopify and in_shopify[2]:
        links.append(Link(in_shopify[2], phrase("Read your refund policy in Shopify"), is_outside=True))
    text = phrase("Start from a preset, try it on past orders, and publish it.")
    return Step("policy", phrase("Publish your return policy"), text, facts.has_policy, tuple(links))


def _sender(messages: Messages, facts: Facts) -> Step:
    is_set = messages.sender_address is not None
    text = (
        phrase("Mails come from {address}. This is ticked once a first one has left.", address=messages.sender_address)
        if is_set
        else phrase("Shoppers trust mails from an address they know. Until you set yours, ours is used.")
    )
    link = Link("/app/settings/sender", phrase("Set the sender"))
    return Step("sender", phrase("Write from your own address"), text, is_set and facts.has_mailed, (link,))


def _followed(shop: Shop, facts: Facts) -> Step:
    text = phrase("Place a test order, then look it up as a shopper would.")
    link = Link(tracking_url(shop), phrase("Open the tracking page"), is_outside=True)
    return Step("followed", phrase("Follow a first order"), text, facts.has_followed, (link,))
