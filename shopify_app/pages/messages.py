"""Pages that are one message: what is so, and what can be done next. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.parts import Link


@dataclass(frozen=True)
class MessagePage:
    """`title` says it, `lines` say what follows; `next` is where to go on."""

    title: Phrase
    lines: tuple[Phrase, ...] = ()
    next: Link | None = None
    icon: str = "box"

    def leading_to(self, url: str) -> MessagePage:
        """The same with the button to look an order up at `url`."""
        return replace(self, next=Link(phrase("Find your order"), url))


LINK_GONE = MessagePage(
    phrase("This link has ended"),
    (phrase("Links to an order end some months after delivery. With your order number you still find it."),),
    icon="clock",
)
TOO_MANY_TRIES = MessagePage(
    phrase("Please wait a few minutes"),
    (phrase("There were many tries in a short time. After a quarter of an hour the look-up works again."),),
    icon="clock",
)
_UNREADABLE = MessagePage(
    phrase("We could not read that"),
    (phrase("Something was missing on the way here. Please start again."),),
    icon="alert",
)
_OURS = MessagePage(
    phrase("This did not work, and it is not your fault"),
    (phrase("We have been told. Please try again in a few minutes; your order is not affected."),),
    icon="alert",
)
BY_STATUS: dict[int, MessagePage] = {
    400: _UNREADABLE,
    401: MessagePage(
        phrase("Please open this page from the shop"),
        (phrase("The address you used was not signed by the shop, or it is too old."),),
        icon="alert",
    ),
    403: MessagePage(
        phrase("This page is not for you to see"), (phrase("Look up your order to go on."),), icon="alert"
    ),
    404: MessagePage(phrase("There is nothing at this address"), (phrase("Perhaps a part of the link was cut off."),)),
    405: _UNREADABLE,
    410: LINK_GONE,
    413: MessagePage(phrase("That was too much at once"), (phrase("Please send less and try again."),), icon="alert"),
    415: _UNREADABLE,
    422: _UNREADABLE,
    429: TOO_MANY_TRIES,
    500: _OURS,
    502: _OURS,
    503: MessagePage(
        phrase("One moment, please"),
        (phrase("There is a lot going on right now. Please try again in a minute."),),
        icon="clock",
    ),
}


def message_for(status: int) -> MessagePage:
    """The message of an HTTP status; what has none of its own gets its family's."""
    return BY_STATUS.get(status, _OURS if status >= 500 else _UNREADABLE)
