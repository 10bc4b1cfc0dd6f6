"""What a return that carries out a withdrawal is called in lists: its shopper knows the declaration's number alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, func, literal_column, select

from shopify_app.returns.models import Return
from shopify_app.returns.withdrawing.models import Withdrawal

_NUMBER = select(Withdrawal.number).where(Withdrawal.id == Return.withdrawal_id).correlate(Return).scalar_subquery()
NUMBER_OF_WITHDRAWAL: ColumnElement[str] = func.coalesce(_NUMBER, literal_column("''", String))
"""The number of the declaration that a return carries out; empty for every other return."""
