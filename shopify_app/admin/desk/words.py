"""The words of the returns desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.casework.replies import Bar as NotReplied
from shopify_app.casework.views import Bar
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.desk import Sort, Tab, Waits
from shopify_app.returns.desk.many import Why

TAB_NAMES: Mapping[Tab, Phrase] = MappingProxyType(
    {
        Tab.TO_APPROVE: phrase("To approve"),
        Tab.NEEDS_LOOK: phrase("Needs a look"),
        Tab.TO_INSPECT: phrase("To inspect"),
        Tab.WAITING: phrase("Waiting for the shopper"),
        Tab.TO_SETTLE: phrase("To settle"),
        Tab.DONE: phrase("Done"),
    }
)
NOTHING_HERE: Mapping[Tab, Phrase] = MappingProxyType(
    {
        Tab.TO_APPROVE: phrase("No request waits for you."),
        Tab.NEEDS_LOOK: phrase("Nothing is stuck."),
        Tab.TO_INSPECT: phrase("Nothing has arrived that you have not looked at."),
        Tab.WAITING: phrase("No parcel is on its way back."),
        Tab.TO_SETTLE: phrase("Nothing waits for its money."),
        Tab.DONE: phrase("No return is finished yet."),
    }
)
NO_RETURN_YET = phrase(
    "Nobody has asked for a return yet. Shoppers begin one from their order's page; you find it here and answer it."
)
SORTS: Mapping[Sort, Phrase] = MappingProxyType(
    {Sort.DUE: phrase("What is due first"), Sort.NEWEST: phrase("Newest first"), Sort.OLDEST: phrase("Oldest first")}
)
FILTER_NAMES: Mapping[str, Phrase] = MappingProxyType(
    {
        "state": phrase("State"),
        "outcome": phrase("Wants"),
        "reason": phrase("Reason"),
        "market": phrase("Market"),
        "country": phrase("Country"),
        "assignee": phrase("Assigned to"),
        "tag": phrase("Tag"),
        "source": phrase("Begun"),
        "asked_from": phrase("Asked for from"),
        "asked_to": phrase("Asked for until"),
        "waits": phrase("Waits for"),
        "is_late": phrase("Late"),
    }
)
WAITS: Mapping[Waits, Phrase] = MappingProxyType(
    {
        Waits.ANSWER: phrase("Your answer, within a day"),
        Waits.PAYMENT: phrase("Payment of an exchange"),
    }
)
VIEW_REFUSALS: Mapping[Bar, Phrase] = MappingProxyType(
    {
        Bar.NO_NAME: phrase("Give the view a name."),
        Bar.TOO_LONG: phrase("A name has at most 60 characters."),
        Bar.TOO_MANY: phrase("There are 20 views already. Remove one that nobody uses."),
    }
)
MANY: Mapping[str, Phrase] = MappingProxyType(
    {
        "approve": phrase("Approve"),
        "decline": phrase("Decline"),
        "receive": phrase("Note all as received"),
        "inspect": phrase("Accept all in full"),
        "settle": phrase("Settle now"),
        "assign": phrase("Give to somebody"),
        "tag": phrase("Put a tag on"),
        "note": phrase("Add a note"),
        "cancel": phrase("Cancel the returns"),
    }
)
"""What can be done with many at once."""
MANY_SAYS: Mapping[str, Phrase] = MappingProxyType(
    {
        "approve": phrase("Shopify's returns are made, and each shopper is told by e-mail how to send the goods."),
        "decline": phrase("Each shopper is told by e-mail, with your words."),
        "receive": phrase("Every piece that is expected counts as here. A verdict is another step."),
        "inspect": phrase("Every piece that is here and undecided is accepted at its full value."),
        "settle": phrase("The money of all that was neither refused nor missing is released without waiting."),
        "assign": phrase("Whose they are is shown in the queue; nobody else is told."),
        "tag": phrase("A word to find them by. Shoppers never see it."),
        "note": phrase("For your team only, on each return's timeline."),
        "cancel": phrase("Nothing is paid and nothing is expected any more. Each shopper is told by e-mail."),
    }
)
"""What comes of it, before it is done."""
MANY_DONE: Mapping[str, Phrase] = MappingProxyType(
    {
        "approve": phrase("approved"),
        "decline": phrase("declined"),
        "receive": phrase("noted as received"),
        "inspect": phrase("accepted in full"),
        "settle": phrase("released"),
        "assign": phrase("assigned"),
        "tag": phrase("tagged"),
        "note": phrase("noted"),
        "cancel": phrase("cancelled"),
    }
)
"""The result of one return, after its number."""
MANY_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"decline": ("reason", "words"), "assign": ("assignee", "team"), "tag": ("tag",), "note": ("words",)}
)
REFUSED: Mapping[str, Phrase] = MappingProxyType(
    {
        Why.CHANGED: phrase("It has changed since it was chosen: open it and see."),
        Why.GONE: phrase("It is not there any more."),
        Why.OUT_OF_STOCK: phrase("The replacement is out of stock. The shopper has been asked to choose another."),
        Why.NOTHING_EXPECTED: phrase("No piece of it is expected."),
        Why.NOTHING_HERE: phrase("Nothing of it is here and waits for a verdict."),
        Why.TAGGED: phrase("It carries that tag already."),
        Why.DOES_NOT_FIT: phrase("This does not fit it as it stands now."),
        Why.SHOPIFY_SILENT: phrase("Shopify did not tell whether the replacement is in stock. Open it and try again."),
        Why.FAILED: phrase("This did not work. Nothing was done; open it and try there."),
    }
)
"""Why one return of many was left as it was."""
REPLIES: Mapping[NotReplied, Phrase] = MappingProxyType(
    {
        NotReplied.NO_NAME: phrase("Give the reply a name."),
        NotReplied.NAME_TOO_LONG: phrase("A name has at most 80 characters."),
        NotReplied.NAME_TAKEN: phrase("Another reply has that name."),
        NotReplied.NO_WORDS: phrase("Write what the shopper shall read."),
        NotReplied.TOO_LONG: phrase("At most 2,000 characters."),
        NotReplied.UNKNOWN_PLACE: phrase("There is no such place. The places are written below."),
        NotReplied.TOO_MANY: phrase("There are 100 replies already. Remove one that nobody uses."),
    }
)
