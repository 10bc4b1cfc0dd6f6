"""The home page and its three small deeds: choosing a goal, putting the set-up away, and telling what a theme shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, say, show, staff
from shopify_app.admin.home.checklist import BLOCKS, Step, steps, tracking_url
from shopify_app.admin.home.goals import TITLES, Days, GoalCard, card, chosen, days_told, leading
from shopify_app.admin.home.hands import HandRow, rows
from shopify_app.admin.home.reading_facts import last_counted, set_up_so_far
from shopify_app.admin.home.readings import Progress, read_progress
from shopify_app.admin.insights.words import Writer
from shopify_app.db import Session
from shopify_app.i18n import phrase
from shopify_app.insights.goals import Goal
from shopify_app.insights.periods import day_of
from shopify_app.insights.report import figures, two_sums
from shopify_app.insights.today import waiting
from shopify_app.settings.home import Home
from shopify_app.settings.messages import Messages
from shopify_app.settings.store import load, load_many, save
from shopify_app.shops.capabilities import missing_for_returns
from shopify_app.shops.models import Shop

SHOWN_HANDS = 5
LATER = "later"


@dataclass(frozen=True)
class Setup:
    """The list as it stands; `known` is what Shopify told us and nobody has to type."""

    steps: tuple[Step, ...]
    progress: Progress
    known: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.steps)


@dataclass(frozen=True)
class HomePage:
    """All that the page says. `cards` is empty until the figures were counted for the first time, `setup` is None once
    it was put away."""

    home: Home
    goal: Goal | None
    hands: tuple[HandRow, ...]
    days: Days
    cards: tuple[GoalCard, ...]
    setup: Setup | None
    tracking_url: str


@blueprint.get("")
def home() -> Response:
    """The page as it stands."""
    with adapters().database.read() as session:
        page = _read(session, shop_row(), adapters().clock.now())
    asks = not page.home.is_goal_asked or request.args.get("goal") == "choose"
    return show(
        "home/page.html",
        title=say(phrase("{shop} today", shop=shop_row().name or phrase("Your shop"))),
        page=page,
        shown=SHOWN_HANDS,
        goals=TITLES if asks else {},
        goal_title=TITLES[page.goal][0] if page.goal else phrase("How your shop is doing"),
        did=request.args.get("did") == "goal",
        blocks=BLOCKS,
        listed=_listed(page.setup.progress) if page.setup else "",
        missing=[scope for scope, _ in missing_for_returns(shop_row().scopes.split(","))],
    )


@blueprint.get("/progress")
def progress() -> Response:
    """The part of the home page that moves while the shop's past is read."""
    with adapters().database.read() as session:
        found = read_progress(session, shop_row().id)
    return show("home/_progress.html", progress=found, listed=_listed(found))


@blueprint.post("/home/goal")
def choose_goal() -> Response:
    """Chooses what leads the page; "later" leaves it as it is and does not ask again."""
    wanted = request.form.get("goal", "")
    if wanted not in {LATER, *Goal}:
        abort(400)
    if wanted == LATER:
        _change(lambda held: replace(held, is_goal_asked=True))
        return go("/app")
    goal = Goal(wanted).value
    _change(lambda held: replace(held, goal=goal, is_goal_asked=True))
    return go("/app", did="goal")


@blueprint.post("/home/setup")
def put_setup_away() -> Response:
    """Puts the list away, or brings it back."""
    verb = request.form.get("verb", "")
    if verb not in {"dismiss", "show"}:
        abort(400)
    _change(lambda held: replace(held, is_setup_dismissed=verb == "dismiss"))
    return go("/app")


@blueprint.post("/home/blocks")
def tell_blocks() -> Response:
    """What App Bridge says of the published theme; answers with the list as it is then."""
    now, told = adapters().clock.now(), set(request.form.getlist("block")) & set(BLOCKS)
    _change(lambda held: replace(held, blocks_seen={name: held.blocks_seen.get(name, now) for name in sorted(told)}))
    with adapters().database.read() as session:
        found = load_many(session, shop_row().id, (Home, Messages))
        setup, _ = _setup(session, shop_row(), found[Home], found[Messages])
    if setup is None:
        return Response(status=204)
    return show("home/_setup.html", setup=setup, listed=_listed(setup.progress))


def _change(edit: Callable[[Home], Home]) -> None:
    """Writes down the next version, if it says anything new; two at once queue at the shop's row."""
    with adapters().database.write() as session:
        session.get_one(Shop, shop_row().id, with_for_update=True)
        held = load(session, shop_row().id, Home)
        if (changed := edit(held)) != held:
            save(session, shop_row().id, changed, staff(), adapters().clock.now())


def _read(session: Session, shop: Shop, now: datetime) -> HomePage:
    found = load_many(session, shop.id, (Home, Messages))
    held: Home = found[Home]
    setup, counted_at = _setup(session, shop, held, found[Messages])
    goal = Goal(held.goal) if held.goal else None
    days = days_told(day_of(shop.installed_at, shop.timezone), day_of(now, shop.timezone))
    return HomePage(
        home=held,
        goal=goal,
        hands=rows(waiting(session, shop, now), now),
        days=days,
        cards=_cards(session, shop, goal, days) if counted_at else (),
        setup=setup,
        tracking_url=tracking_url(shop),
    )


def _cards(session: Session, shop: Shop, goal: Goal | None, days: Days) -> tuple[GoalCard, ...]:
    since, before = two_sums(session, shop.id, days.since, days.before)
    writer = Writer(language(), shop.currency)
    found = figures(since, before, shop.currency, leading(goal), days.lengths)
    return chosen([card(each, days, writer) for each in found], goal)


def _setup(session: Session, shop: Shop, held: Home, messages: Messages) -> tuple[Setup | None, datetime | None]:
    """The list, None where it was put away, and when figures were last counted."""
    if held.is_setup_dismissed:
        return None, last_counted(session, shop.id)
    progress = read_progress(session, shop.id)
    facts, counted_at = set_up_so_far(session, shop, has_sender=messages.sender_address is not None)
    listed = steps(shop, adapters().config, held, messages, progress.is_done, facts)
    return Setup(listed, progress, _known(shop), tuple(sorted(held.blocks_seen))), counted_at


def _known(shop: Shop) -> tuple[str, ...]:
    """What the shop's profile at Shopify says, for the reader; nothing on the first page, which comes before it was
    read: what stands in until then is nobody's currency."""
    if shop.profile_read_at is None:
        return ()
    names = language().locale.languages
    spoken = [names.get(str(code).partition("-")[0], str(code)) for code in shop.profile.get("locales") or ()]
    return (shop.currency, shop.timezone, ", ".join(spoken)) if spoken else (shop.currency, shop.timezone)


def _listed(found: Progress) -> str:
    """``64 products, 1,421 orders``."""
    return ", ".join(say(reading.counted) for reading in found.readings)
