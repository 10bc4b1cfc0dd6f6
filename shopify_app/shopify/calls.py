"""One call to a shop's Admin API: what `AdminAPI` and its parts are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shopify_app.shopify.errors import UserError, UserErrors
from shopify_app.shopify.operations import operation
from shopify_app.shopify.transport import BACKGROUND, Pace, TokenSource, Transport


@dataclass(frozen=True)
class Calls:
    """Whose shop is called, with which tokens, and how patiently."""

    transport: Transport
    domain: str
    tokens: TokenSource
    pace: Pace = BACKGROUND

    def _run(self, name: str, **variables: Any) -> dict[str, Any]:
        return self.transport.execute(self.domain, self.tokens, operation(name), variables, self.pace)


def check(errors: Sequence[Mapping[str, Any]]) -> None:
    """Raises UserErrors when a mutation named any."""
    if errors:
        raise UserErrors([UserError(e["message"], tuple(e["field"] or ()), e.get("code")) for e in errors])
