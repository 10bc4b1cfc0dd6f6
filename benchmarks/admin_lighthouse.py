"""Google's Lighthouse (mobile) on pages of the admin, with the dev store's stand-in for Polaris.

    .venv/bin/python -m benchmarks.admin_lighthouse                       # starts the demo
    .venv/bin/python -m benchmarks.admin_lighthouse --ready var/ready.json    # of one that is up

Each page is opened as the admin's frame opens it, with a session token in its address, but for itself: Lighthouse times
no frames. So App Bridge is held back, which would lead a page that stands alone into the admin. Gates: largest
contentful paint 2.5 s, cumulative layout shift 0.1, accessibility 100; performance is told beside them.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, select

from benchmarks.lighthouse import demo, install, lighthouse, scored, taken_off
from devstore.config import DevStoreConfig
from devstore.tokens import STAFF, host_parameter, id_token
from shopify_app.returns.models import Return

PAGES = {
    "home": "/app", "desk": "/app/returns", "return": "/app/returns/{rma}", "policy": "/app/returns/policy",
    "designer": "/app/designer", "insights": "/app/insights",
}  # fmt: skip
MOST_LCP_MS, MOST_CLS, LEAST_ACCESSIBILITY = 2500.0, 0.1, 1.0
WITHOUT_BRIDGE = "--blocked-url-patterns=*/app-bridge.js"
RUNS, HEARD_WITHIN_SECONDS = 3, 60
ORDER = """query($q: String!) {orders(first: 1, query: $q) {nodes {
  id fulfillments(first: 1) {fulfillmentLineItems(first: 1) {nodes {id}}}}}}"""
BEGIN = "mutation($wanted: ReturnInput!) {returnCreate(returnInput: $wanted) {return {id} userErrors {message}}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run of each page")
    parser.add_argument("--ready", type=Path, help="the ready file of a demo that is up")
    parser.add_argument("--only", choices=sorted(PAGES), help="one page")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    pages = {wanted.only: PAGES[wanted.only]} if wanted.only else PAGES
    sys.exit(0 if measure(1 if wanted.quick else RUNS, wanted.ready, pages) else 1)


def measure(runs: int = RUNS, ready: Path | None = None, pages: Mapping[str, str] = PAGES) -> bool:
    """Prints a line for each page; whether the gates are met."""
    install()
    is_good = True
    with tempfile.TemporaryDirectory() as folder, demo(ready, Path(folder)) as facts:
        begin_a_return(facts)
        written = Path(folder) / "report.json"
        for name, path in pages.items():
            found = [lighthouse(opened(facts, path), written, WITHOUT_BRIDGE) for _ in range(runs)]
            is_good &= report(name, found)
    return is_good


def opened(facts: Mapping[str, Any], path: str) -> str:
    """The address that the admin's frame opens now."""
    config = DevStoreConfig(shop=facts["shop"], api_key=facts["api_key"], api_secret=facts["api_secret"])
    query = {
        "shop": config.shop, "host": host_parameter(config), "embedded": "1", "locale": "en",
        "id_token": id_token(config, int(STAFF["id"]), datetime.now(UTC)),
    }  # fmt: skip
    filled = path.format(rma=_newest(facts["database_url"])) if "{" in path else path
    return f"{facts['app_url']}{filled}?{urlencode(query)}"


def begin_a_return(facts: Mapping[str, Any]) -> None:
    """The merchant begins one at Shopify, where the shop has none yet; we hear of it by webhook."""
    if _newest(facts["database_url"]):
        return
    found = _as_merchant(facts, ORDER, q=f"name:{facts['sample_order_name']}")["orders"]["nodes"][0]
    line = found["fulfillments"][0]["fulfillmentLineItems"]["nodes"][0]["id"]
    piece = {"fulfillmentLineItemId": line, "quantity": 1, "returnReason": "SIZE_TOO_SMALL"}
    _as_merchant(facts, BEGIN, wanted={"orderId": found["id"], "returnLineItems": [piece]})
    deadline = time.monotonic() + HEARD_WITHIN_SECONDS
    while not _newest(facts["database_url"]):
        if time.monotonic() > deadline:
            sys.exit("the shop did not hear of the return that was begun at Shopify")
        time.sleep(0.2)


def _as_merchant(facts: Mapping[str, Any], query: str, **variables: Any) -> dict[str, Any]:
    asked = {"query": query, "variables": variables}
    return httpx.post(f"{facts['control_url']}/merchant/graphql", json=asked, timeout=60).json()["data"]


def _newest(database_url: str) -> str | None:
    """The number of the shop's newest return."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.scalar(select(Return.rma).order_by(Return.id.desc()).limit(1))
    engine.dispose()
    return found


def report(name: str, runs: Sequence[Mapping[str, Any]]) -> bool:
    """Prints the page's line and what took something off."""
    paint, shift = (_median(runs, audit) for audit in ("largest-contentful-paint", "cumulative-layout-shift"))
    accessibility = min(scored(run, "accessibility") for run in runs)
    performance = statistics.median(scored(run, "performance") for run in runs)
    is_good = paint <= MOST_LCP_MS and shift <= MOST_CLS and accessibility >= LEAST_ACCESSIBILITY
    print(
        f"{name:10} LCP {paint / 1000:.2f} s  CLS {shift:.3f}  accessibility {accessibility * 100:.0f}"
        f"  performance {performance * 100:.0f}{'' if is_good else '  MISSED'}",
        flush=True,
    )
    for audit in sorted({audit for run in runs for audit in taken_off(run)}):
        print(f"{'':10} {audit}", flush=True)
    return is_good


def _median(runs: Sequence[Mapping[str, Any]], audit: str) -> float:
    return statistics.median(float(run["audits"][audit].get("numericValue") or 0.0) for run in runs)


if __name__ == "__main__":
    main()
