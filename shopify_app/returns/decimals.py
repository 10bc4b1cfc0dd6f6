"""Amounts and percentages as facts that are written as JSON: decimals, never floats. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from shopify_app.money import Money

DECIMAL = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
Sum = Annotated[Money, PlainSerializer(str, return_type=str), WithJsonSchema(DECIMAL)]
"""An amount; as JSON a decimal in the return's currency: ``"48.60"``."""
Percent = Annotated[Decimal, PlainSerializer(lambda p: f"{p.normalize():f}", return_type=str), WithJsonSchema(DECIMAL)]
