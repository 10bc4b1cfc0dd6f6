"""Faults on demand: what goes wrong next, how often, and for whom."""

from __future__ import annotations

from typing import Any

from devstore.refusals import Refusal
from devstore.store import Document, Store

WEBHOOK_KINDS = frozenset({"late", "twice", "reorder", "drop"})
API_KINDS = frozenset({"429", "throttled", "5xx", "slow", "answer_lost", "revoked"})
KINDS = WEBHOOK_KINDS | API_KINDS
DEFAULT_SECONDS = {"late": 30.0, "slow": 5.0, "reorder": 3.0}


def add(store: Store, body: dict[str, Any]) -> Document:
    """Orders a fault: ``{kind, match, count, seconds}``.

    `match` is a substring of the webhook topic or of the GraphQL operation's name or root fields; empty matches all.
    Calls of the token endpoint are named ``token:exchange`` and ``token:refresh`` and must be named to be hit.
    `seconds` is how long `late` and `slow` take. `deep` makes `revoked` take the refresh token along.
    """
    kind = str(body.get("kind", ""))
    if kind not in KINDS:
        raise Refusal(f"kind must be one of {', '.join(sorted(KINDS))}; got {kind or 'nothing'}.")
    count = body.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise Refusal("count must be a whole number of at least 1.")
    fault = {
        "id": store.next_id("fault"),
        "kind": kind,
        "match": str(body.get("match") or ""),
        "left": count,
        "seconds": float(body.get("seconds") or DEFAULT_SECONDS.get(kind, 0)),
        "deep": bool(body.get("deep")),
        "hits": 0,
    }
    return store.put("fault", fault)


def take(store: Store, kinds: frozenset[str], name: str, *, named_only: bool = False) -> Document | None:
    """Uses up one hit of the oldest fault of these kinds that matches the name, and returns the fault."""
    with store.transaction():
        for fault in store.all("fault"):
            wanted = fault["left"] > 0 and fault["kind"] in kinds and fault["match"] in name
            if wanted and (fault["match"] or not named_only):
                return store.put("fault", {**fault, "left": fault["left"] - 1, "hits": fault["hits"] + 1})
    return None


def clear(store: Store) -> None:
    """All faults end."""
    with store.transaction():
        for fault in list(store.all("fault")):
            store.delete("fault", fault["id"])
