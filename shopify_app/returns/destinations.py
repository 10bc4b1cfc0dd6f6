"""Markets in a policy, as the countries that they are made of, and what is doubtful about them. Pure.

A theme could read the visitor's market, but Shopify is doing away with that ("Target buyers by country instead of
market ID"), and it would name one market where an order may be in several. Countries say the same and stay.
"""

from __future__ import annotations

from collections.abc import Iterable

from shopify_app.returns.rules import Policy, Rule
from shopify_app.settings.shape import but
from shopify_app.shopify.markets import MarketSnapshot

Markets = tuple[MarketSnapshot, ...] | None


def by_country(policy: Policy, markets: Markets) -> tuple[Rule, ...]:
    """The policy's rules, with countries in place of markets. A rule is left out where no order can be in its market;
    it keeps its markets where countries cannot say it: we may not read them, or they have parts of a country."""
    if markets is None:
        return policy.rules
    return tuple(found for rule in policy.rules if (found := _by_country(rule, markets)) is not None)


def doubts(policy: Policy, markets: Markets) -> tuple[str, ...]:
    """What keeps rules on markets from ever applying, each a sentence with what to do; empty where nothing does."""
    asked = {name.casefold(): name for rule in policy.rules for name in rule.when.markets or ()}
    if not asked:
        return ()
    if markets is None:
        return (
            "We do not know the shop's markets, so rules on markets apply to no order. Open the app in the shop's "
            "admin and accept the permission to read markets; they are read within a day.",
        )
    known = {each.handle.casefold() for each in markets}
    there = ", ".join(sorted(each.handle for each in markets)) or "none"
    return tuple(
        f"No active market by country or region has the handle “{asked[name]}”: rules on it apply to no order. "
        f"There are: {there}."
        for name in sorted(set(asked) - known)
    )


def _by_country(rule: Rule, markets: tuple[MarketSnapshot, ...]) -> Rule | None:
    if rule.when.markets is None:
        return rule
    asked = {name.casefold() for name in rule.when.markets}
    meant = [each for each in markets if each.handle.casefold() in asked]
    if any(each.is_everywhere for each in meant):
        return but(rule, when=but(rule.when, markets=None))
    regions = {region for each in meant for region in each.regions}
    if not _are_countries(regions):
        return rule
    regions = {region for region in regions if "-" not in region}
    if rule.when.countries is not None:
        regions &= {country.upper() for country in rule.when.countries}
    if not regions:
        return None
    return but(rule, when=but(rule.when, markets=None, countries=tuple(sorted(regions))))


def _are_countries(regions: Iterable[str]) -> bool:
    """Whether each part of a country is within a country that is there as a whole."""
    whole = {region for region in regions if "-" not in region}
    return all(region.split("-")[0] in whole for region in regions)
