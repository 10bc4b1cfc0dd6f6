"""What was decided at an inspection, in a line for the merchant's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shopify_app.admin.frame import language, say
from shopify_app.admin.returns.step_words import DECISIONS, GRADES
from shopify_app.returns.states import UnitDecision


def verdict_told(facts: Mapping[str, Any]) -> str:
    """The verdict, and the one it took the place of. `facts` of an entry `inspected` (`reception.inspect`)."""
    units, before = facts.get("units", 0), facts.get("was") or ()
    verdict = _verdict(facts)
    said = language().plural("{count} piece: {verdict}", "{count} pieces: {verdict}", units, verdict=verdict)
    was = [f"{each['units']} × {_verdict(each)}" if len(before) > 1 else _verdict(each) for each in before]
    return language().text("{now} (was: {before})", now=said, before=", ".join(was)) if was else said


def _verdict(facts: Mapping[str, Any]) -> str:
    decision, percent, grade = (facts.get(name) for name in ("decision", "percent", "grade"))
    words = say(DECISIONS[UnitDecision(decision)]).lower() if decision else language().text("looked at")
    part = f" {language().text('at {percent} %', percent=Decimal(percent))}" if percent and percent != "100" else ""
    grade = (say(GRADES[grade]).lower() if grade in GRADES else grade) if grade else ""
    condition = language().text(", condition {grade}", grade=grade) if grade else ""
    return f"{words}{part}{condition}"
