"""The life of a question after an inspection: asked, answered or not, appealed once, decided. Pure."""

from __future__ import annotations

from enum import StrEnum

from shopify_app.states import Transitions


class QuestionState(StrEnum):
    """A question about units that were accepted at less or refused."""

    ASKED = "asked"
    TAKEN = "taken"  # the sum that was offered, or an exchange that becomes something else
    SENT_BACK = "sent_back"  # the goods go back to their shopper
    APPEALED = "appealed"  # the merchant looks again
    DECIDED = "decided"  # the merchant has looked again; what is still less is asked about once more
    DEFAULTED = "defaulted"  # nobody answered: what the merchant's setting says
    OVERTAKEN = "overtaken"  # the verdict was changed, the return called off, or settled by hand


QUESTION_MOVES = Transitions(
    "the question",
    {
        QuestionState.ASKED: {
            QuestionState.TAKEN,
            QuestionState.SENT_BACK,
            QuestionState.APPEALED,
            QuestionState.DEFAULTED,
            QuestionState.OVERTAKEN,
        },
        QuestionState.APPEALED: {QuestionState.DECIDED, QuestionState.OVERTAKEN},
        QuestionState.TAKEN: set(),
        QuestionState.SENT_BACK: set(),
        QuestionState.DECIDED: set(),
        QuestionState.DEFAULTED: set(),
        QuestionState.OVERTAKEN: set(),
    },
)
OPEN_QUESTIONS = frozenset({QuestionState.ASKED, QuestionState.APPEALED})
ANSWERED = frozenset({QuestionState.TAKEN, QuestionState.SENT_BACK, QuestionState.DEFAULTED})


class Way(StrEnum):
    """What can be answered. TAKE also says “I pay what is due”, where an exchange now costs more."""

    TAKE = "take"
    SEND_BACK = "send_back"
    APPEAL = "appeal"
    REFUND = "refund"  # an exchange that would cost more becomes a refund
    STORE_CREDIT = "store_credit"  # the same as store credit


class Appealed(StrEnum):
    """What the merchant decided on an appeal."""

    FULL = "full"  # accepted at their full value after all
    KEPT = "kept"  # the verdict stays
    CHANGED = "changed"  # another part of their value
