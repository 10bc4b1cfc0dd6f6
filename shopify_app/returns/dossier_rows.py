"""The rows of one return, read at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from shopify_app.db import Session
from shopify_app.orders.models import OrderLine
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnPhoto, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, LedgerRow, ReleaseGroup, Step
from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.together import Together, Wanted, read_together

OF_A_RETURN = (
    *(ReleaseGroup, Step, BalanceDue, LedgerRow),
    *(ReturnLine, ReturnPhoto, ReturnEntry, ReturnParcel, InspectionQuestion, GoodsSentBack),
)
"""Tables whose rows name their return."""
NOTHING_ELSE: Wanted = MappingProxyType({})


def rows_of(session: Session, ret: Return, also: Wanted = NOTHING_ELSE) -> Together:
    """Everything of ours that belongs to `ret` (labels: those not taken back), and `also`, in one statement. The
    return's lines and their units need no other afterwards."""
    groups = select(ReleaseGroup.id).where(ReleaseGroup.return_id == ret.id)
    lines = select(ReturnLine.id).where(ReturnLine.return_id == ret.id)
    wanted = {table: table.return_id == ret.id for table in OF_A_RETURN} | {
        BonusGrant: BonusGrant.group_id.in_(groups),
        ReturnUnit: ReturnUnit.return_line_id.in_(lines),
        ReturnLabel: (ReturnLabel.return_id == ret.id) & ReturnLabel.withdrawn_at.is_(None),
        OrderLine: OrderLine.order_id == ret.order_id,
        Withdrawal: Withdrawal.id == (ret.withdrawal_id or 0),  # NULL would be looked for in every row
    }
    rows = read_together(session, wanted | dict(also))
    know_lines(ret, rows)
    return rows


def know_lines(ret: Return, rows: Together) -> None:
    """The return's lines and their units as `rows` have them: what the relationships would have read. What they have
    read already stays."""
    if "lines" in inspect(ret).unloaded:
        set_committed_value(ret, "lines", list(rows.of(ReturnLine)))
    units: Mapping[int, list[ReturnUnit]] = {line.id: [] for line in ret.lines}
    for unit in sorted(rows.of(ReturnUnit), key=lambda unit: unit.number):
        units[unit.return_line_id].append(unit)
    for line in ret.lines:
        if "units" in inspect(line).unloaded:
            set_committed_value(line, "units", units[line.id])
