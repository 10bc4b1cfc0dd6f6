"""What is set now, in a sentence for each page of settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select

from shopify_app.admin.frame import language, stamp, who
from shopify_app.carriers.accounts import account_of
from shopify_app.db import Session
from shopify_app.i18n import Country, Phrase, phrase, phrase_n
from shopify_app.messages.team import TO_TEAM, recipients_of
from shopify_app.returns.parcels.models import ProviderAccount
from shopify_app.settings.languages import ShopLanguages
from shopify_app.settings.messages import Messages
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.no_receipt import NoReceipt
from shopify_app.settings.parcels import Parcels
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load_many
from shopify_app.settings.tracking import Tracking
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shops.models import PrivacyRequest, Shop

Group = TypeVar("Group")
GROUPS = (ShopLanguages, Messages, NoReceipt, Parcels, Privacy, Returns, Tracking, Withdrawal)


@dataclass(frozen=True)
class Now:
    """`groups` are the settings in force by their class, `waiting` the privacy requests that are not done."""

    shop: Shop
    groups: dict[type[Any], Any]
    account: ProviderAccount | None
    waiting: int
    saved: tuple[str, datetime] | None

    def of(self, group: type[Group]) -> Group:
        return self.groups[group]


def read(session: Session, shop: Shop) -> Now:
    """Everything that the sentences speak of, in five statements."""
    waits = PrivacyRequest.shop_id == shop.id, PrivacyRequest.done_at.is_(None)
    by = select(SettingsVersion.saved_by, SettingsVersion.saved_at).where(SettingsVersion.shop_id == shop.id)
    newest = session.execute(by.order_by(SettingsVersion.id.desc()).limit(1)).first()
    return Now(
        shop,
        load_many(session, shop.id, GROUPS),
        account_of(session, shop.id),
        session.scalar(select(func.count()).select_from(PrivacyRequest).where(*waits)) or 0,
        (newest.saved_by, newest.saved_at) if newest else None,
    )


def returns(now: Now) -> Phrase:
    held = now.of(Returns)
    if not held.portal_open:
        return phrase("Closed: shoppers cannot begin a return by themselves.")
    return phrase_n(
        "Open. You answer within {count} working day.",
        "Open. You answer within {count} working days.",
        held.decide_within_days,
    )


def addresses(now: Now) -> Phrase:
    count = len(now.of(Parcels).addresses)
    if count:
        return phrase_n("{count} address.", "{count} addresses.", count)
    if now.of(Returns).return_address:
        return phrase("One for everybody.")
    return phrase("None yet: shoppers are told that you will name it.")


def no_receipt(now: Now) -> Phrase:
    return phrase("Taken.") if now.of(NoReceipt).is_open else phrase("Not taken.")


def withdrawal(now: Now) -> Phrase:
    off = now.of(Withdrawal).off_in
    if not off:
        return phrase("On for all orders to the EU.")
    return phrase("Off in {countries}.", countries=", ".join(language().show(Country(code)) for code in off))


def arrival(now: Now) -> Phrase:
    held = now.of(Tracking)
    if held.handover_days is None:
        return phrase("You promise no day of hand-over.")
    return phrase_n(
        "With the carrier within {count} working day, if ordered until {time}.",
        "With the carrier within {count} working days, if ordered until {time}.",
        held.handover_days,
        time=held.handover_cut_off,
    )


def carriers(now: Now) -> Phrase:
    if now.account is None:
        return phrase("Shopify tells us, with every fulfilment.")
    return phrase("Shopify tells us, and EasyPost follows parcels that come back.")


def labels(now: Now) -> Phrase:
    if now.account is None:
        return phrase("No account: labels are your own.")
    return phrase("Bought at EasyPost.") if now.account.is_label_seller else phrase("Your own; EasyPost only follows.")


def languages(now: Now) -> Phrase:
    offered = now.of(ShopLanguages).offered
    names = (language().locale.languages.get(code, code) for code in offered)
    return Phrase("{languages}.", (("languages", ", ".join(names)),))


def sender(now: Now) -> Phrase:
    held = now.of(Messages)
    if not held.return_mails:
        return phrase("Switched off, but for codes and acknowledgements.")
    if held.sender_address is None:
        return phrase("From this installation's own address.")
    return phrase("From {address}.", address=held.sender_address)


def team_notes(now: Now) -> Phrase:
    told = {each for kind in TO_TEAM for each in recipients_of(now.of(Returns), kind)}
    if not told:
        return phrase("Nobody is mailed.")
    return phrase_n("To {count} address.", "To {count} addresses.", len(told))


def privacy(now: Now) -> Phrase:
    if now.waiting:
        return phrase_n("{count} request is being worked on.", "{count} requests are being worked on.", now.waiting)
    days = now.of(Privacy).forget_after_days
    if days is None:
        return phrase("Customers are known until they, or Shopify, ask to be forgotten.")
    return phrase_n(
        "Customers are forgotten {count} day after their last order.",
        "Customers are forgotten {count} days after their last order.",
        days,
    )


def domains(now: Now) -> Phrase:
    return Phrase("{path}", (("path", f"{now.shop.primary_domain or now.shop.domain}{now.shop.proxy_path}"),))


def last_saved(now: Now) -> Phrase:
    if now.saved is None:
        return phrase("Nothing was saved yet.")
    by, at = now.saved
    when = stamp(language(), at, now.shop.timezone)
    name = who(by)
    return phrase("Last by {name}, {when}.", name=name, when=when) if name else phrase("Last on {when}.", when=when)
