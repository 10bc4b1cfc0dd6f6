"""Who the shop's mails come from, whether that works, and what each mail looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, offered_token, shop_row
from shopify_app.admin.forms import SettingsPage, settings_page
from shopify_app.admin.frame import go, language, say, show, staff
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.sender import fallback_address
from shopify_app.messages.trial import last_test, plan_test, proven_at
from shopify_app.settings.messages import Messages
from shopify_app.shopify.errors import ShopifyError

log = structlog.get_logger(__name__)

SENDER = "/app/settings/sender"
NO_SERVER = phrase("No mail leaves yet: whoever runs this installation has to name a mail server (POSTLUDE_SMTP_URL).")
NO_ADDRESS = phrase("Shopify does not tell us a verified address of yours, so there is nobody to send the test to.")
AWAY = phrase("Shopify did not answer. Please try again in a moment.")
TESTED: Mapping[str, Phrase] = {
    MessagePhase.PLANNED: phrase("The test is on its way. Open this page again in a moment."),
    MessagePhase.ATTEMPTED: phrase("The test is on its way. Open this page again in a moment."),
    MessagePhase.SENT: phrase(
        "The mail server took the test. It is not in your inbox? Look into spam: then your domain does not allow us to "
        "send for it yet (SPF, DKIM)."
    ),
    MessagePhase.UNCERTAIN: phrase("The mail server broke off in the middle of the test. It may have arrived."),
    MessagePhase.REFUSED: phrase("The mail server refused the test."),
    MessagePhase.UNSENT: phrase("The test could not be sent: the sender's address is none."),
}


@blueprint.route("/settings/sender", methods=["GET", "POST"], endpoint="settings_sender")
def sender_page() -> Response:
    """The form, with what is known of how it works."""
    return settings_page(SettingsPage("settings/sender.html", SENDER, (Messages,), more=_more))


@blueprint.post("/settings/sender/test", endpoint="settings_sender_test")
def send_test() -> Response:
    """A test to the address that Shopify knows of whoever asks; it is kept no longer than the mail takes."""
    held = adapters()
    if held.config.mail_server is None:
        return _not_sent(NO_SERVER, 409)
    try:
        person = held.admin_apis.tokens.staff_user(shop_row().domain, offered_token())
    except ShopifyError as failure:
        log.warning("staff_not_named", shop_id=shop_row().id, error=type(failure).__name__)
        return _not_sent(AWAY, 503)
    if not person.email:
        return _not_sent(NO_ADDRESS, 409)
    with held.database.write() as session:
        plan_test(session, shop_row().id, staff(), person.email, language().tag, held.clock.now())
    return go(SENDER, did="test")


def _not_sent(why: Phrase, status: int) -> Response:
    return show("settings/not_sent.html", status, said=say(why), back=SENDER)


def _more(groups: Mapping[type[Any], Any]) -> dict[str, Any]:
    held = adapters()
    with held.database.read() as session:
        test, proven = last_test(session, shop_row().id), proven_at(session, shop_row().id)
    address = groups[Messages].sender_address
    ours = held.config.mail_from or fallback_address(held.config)
    return {
        "contact": shop_row().profile.get("email"),
        "state": _state(address or ours, address is not None, proven is not None, held.config.mail_server is not None),
        "proven": proven,
        "test": test,
        "tested": _tested(test),
        "is_tested": request.args.get("did") == "test",
    }


def _state(address: str, is_own: bool, is_proven: bool, has_server: bool) -> tuple[str, Phrase, Phrase]:
    """The badge's tone and word, and a sentence."""
    if not has_server:
        return "critical", phrase("No mail server"), NO_SERVER
    if is_proven:
        return "success", phrase("Works"), phrase("A mail server took a mail from {address}.", address=address)
    if is_own:
        return "warning", phrase("Not proven yet"), phrase("No mail has left with {address} yet.", address=address)
    said = phrase("Mails come from {address}, until you set an address of yours.", address=address)
    return "info", phrase("Ours"), said


def _tested(test: Message | None) -> tuple[str, Phrase] | None:
    """The tone of what came of the newest test, and a sentence."""
    if test is None:
        return None
    tones = {MessagePhase.SENT: "success", MessagePhase.REFUSED: "critical", MessagePhase.UNSENT: "critical"}
    return tones.get(MessagePhase(test.phase), "info"), TESTED[test.phase]
