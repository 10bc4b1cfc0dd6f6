"""The sums of a mail add up to the last line, line by line."""

from __future__ import annotations

from letter_cases import euro, group, row, sums

from shopify_app.i18n import Languages
from shopify_app.messages.sums import settled
from shopify_app.returns.settlements import RowKind

ENGLISH = Languages().choose(["en"], "SE")


def test_what_is_let_go_of_a_balance_stands_in_the_sum_of_an_exchange() -> None:
    new = (
        row(RowKind.NEW_ITEMS, "53.50", line_id=None),
        row(RowKind.BONUS_USED, "-4.50", line_id=None),
        row(RowKind.WAIVED, "-0.40", line_id=None),
    )
    zero = euro("0")
    paid = sums(bonus=euro("4.50"), waived=euro("0.40"), back=zero, due=zero, parts=(), rows=(*sums().rows, *new))

    (shown,) = settled(group("shop_now", paid, state="settled"), 1, bonus_is_card=False)

    *rows, last = shown.rows
    assert sum(each.amount.amount for each in rows) == -last.amount.amount == 0
    said = {ENGLISH.say(each.label): str(each.amount) for each in rows}
    assert said["Small difference that we do not charge"] == "0.40"
    assert said["Your new items"] == "-53.50"
