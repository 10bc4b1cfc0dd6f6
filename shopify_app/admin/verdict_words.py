"""What was decided at an inspection, in a line for the merchant's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopify_app.admin.returns_words import DECISIONS, plain
from shopify_app.returns.states import UnitDecision


def verdict_told(facts: Mapping[str, Any]) -> str:
    """The verdict, and the one it took the place of. `facts` of an entry `inspected` (`reception.inspect`)."""
    units, before = facts.get("units", 0), facts.get("was") or ()
    said = f"{units} {'piece' if units == 1 else 'pieces'}: {_verdict(facts)}"
    was = [f"{each['units']} × {_verdict(each)}" if len(before) > 1 else _verdict(each) for each in before]
    return f"{said} (was: {', '.join(was)})" if was else said


def _verdict(facts: Mapping[str, Any]) -> str:
    decision, percent, grade = (facts.get(name) for name in ("decision", "percent", "grade"))
    words = DECISIONS[UnitDecision(decision)].lower() if decision else "looked at"
    part = f" at {percent} %" if percent and percent != "100" else ""
    condition = (plain(grade).lower() if len(grade) > 1 else grade) if grade else ""
    return f"{words}{part}{f', condition {condition}' if condition else ''}"
