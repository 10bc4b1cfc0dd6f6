"""The whole product, running: dev store, broker, web, worker and scheduler, started once for all stories.

``POSTLUDE_RUNNING=<ready file of a demo>`` lets stories run against a demo that is up already.
"""

from __future__ import annotations

import html
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy import text as sql

from shopify_app import wiring
from shopify_app.cli import main as postlude
from shopify_app.config import load_config
from shopify_app.orders.access import link_token
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.wiring import Adapters

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 900
"""The demo itself gives up where it stands still; on a busy machine it takes its minutes."""
PATIENCE_SECONDS = 300
"""How long a story waits for anything: what fails is waited for, what comes in time costs nothing. A machine on which
much else runs may stand still for many seconds, and what broke off then is tried again after a minute."""
PATIENCE_MS = 1000 * PATIENCE_SECONDS
"""The same, for a browser."""
HISTORY = 0.6
"""How much of the seeded shop's past is read: enough for its own experience with parcels to count."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 0.8
"""Seconds between two looks. Each look costs the machine that is being waited for."""
DEVSTORE_PATIENCE = 12
"""So many times longer than Shopify the dev store waits for the app."""
ANSWER_SECONDS = 180
"""How long whoever asks the product or the dev store waits: longer than these wait for one another."""
LIMIT_SECONDS = START_SECONDS + 600
"""For the test that starts the product, whichever comes first."""

IN_THE_CLEAR = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: no story speaks TLS, and to read all the roots for each question takes longer than the answer."""

Seen = TypeVar("Seen")
_addresses = count(1)
_running = pytest.StashKey["Running"]()


def demo_of(config: pytest.Config) -> Running:
    """The running product of this test session; started by the first who asks, ended with the session."""
    if _running not in config.stash:
        started = _already_up() or _start(Path(config._tmp_path_factory.mktemp("demo")))  # type: ignore[attr-defined]
        config.stash[_running] = started
        config.add_cleanup(started.stop)
    return config.stash[_running]


def until(look: Callable[[], Seen], seconds: float = PATIENCE_SECONDS) -> Seen:
    """What `look` sees once it is true (or an `assert` in it holds); fails with the last it saw."""
    deadline, seen, failure, pause = time.monotonic() + seconds, None, None, SHORTEST_PAUSE
    while time.monotonic() < deadline:
        try:
            failure, seen = None, look()
            if seen or seen is None:
                return seen  # type: ignore[return-value]
        except AssertionError as found:
            failure = found
        time.sleep(pause)
        pause = min(pause * 1.25, LONGEST_PAUSE)
    raise failure or AssertionError(f"waited {seconds} s, last seen: {seen!r}")


def words(page: str) -> str:
    """What a reader of the page reads, in one line; of a themed page only our part."""
    start = page.find('<div class="pl"')
    end = page.find("</main>", start)
    ours = page[max(start, 0) : end if end > 0 else None]
    ours = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", ours, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", ours)).split())


def ask(method: str, address: str, **more: Any) -> httpx.Response:
    """The answer of the product or the dev store, to whoever has time."""
    return httpx.request(
        method, address, **({"timeout": ANSWER_SECONDS, "verify": IN_THE_CLEAR, "trust_env": False} | more)
    )


@dataclass
class Shopper:
    """Somebody at the shop's storefront, with a network address of their own; nothing is remembered but cookies."""

    origin: str
    proxy: str
    language: str = "en"
    client: httpx.Client = field(init=False)
    passes: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        number = next(_addresses)
        headers = {
            "Accept-Language": self.language,
            "X-Devstore-Address": f"198.51.{os.getpid() % 250}.{number % 250}",
        }
        self.client = httpx.Client(
            base_url=self.origin, headers=headers, timeout=ANSWER_SECONDS, trust_env=False, verify=IN_THE_CLEAR
        )

    def open(self, address: str) -> httpx.Response:
        """A page by its address, followed as a browser follows."""
        return self.client.get(address, follow_redirects=True)

    def look_up(self, order: str, contact: str) -> httpx.Response:
        """The order's page by number and e-mail, phone or postcode."""
        return self.client.post(f"{self.proxy}/track", data={"order": order, "contact": contact})

    def reads(self, order: str, contact: str) -> str:
        """What the order's page says: found once, then seen again by the pass that the look-up gave."""
        known = self.passes.get((order, contact))
        answer = self.open(known) if known else self.look_up(order, contact)
        assert answer.status_code == 200, f"{answer.status_code}: {words(answer.text)[:300]}"
        again = re.search(r'href="([^"]*/order\?key=[^"]*lang=' + self.language + ')"', answer.text)
        if again:
            self.passes[order, contact] = html.unescape(again[1])
        return words(answer.text)

    def learns(self, order: str, contact: str, *wanted: str, unsaid: str = "no such words") -> str:
        """What the order's page says once it says all of this, and the unsaid no longer: each of it may come with a
        webhook of its own."""

        def told() -> str:
            said = self.reads(order, contact)
            missing = [each for each in wanted if each not in said]
            assert not missing, f"{missing} not in {said[:900]}"
            assert unsaid not in said, said[:900]
            return said

        return until(told)


@dataclass
class Running:
    """A demo that is up; `facts` are its ready file."""

    ready: Path
    facts: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Ends what was started here, as Ctrl-C would."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A call of the dev store's control API that must succeed."""
        address = f"{self.facts['control_url']}{path}"
        answer = ask(method, address, json=body)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.control("POST", path, body or {})

    def shopper(self, language: str = "en") -> Shopper:
        """Somebody new at the storefront."""
        return Shopper(self.facts["devstore_url"], self.proxy_path, language)

    @property
    def proxy_path(self) -> str:
        return "/apps/order-care"

    def pids(self) -> dict[str, int]:
        """The processes as they are now; those that died were started again."""
        return json.loads(self.ready.read_text())["pids"]

    def postlude(self, *arguments: str) -> str:
        """What an operator's command prints; it must succeed. Stories ask often, so the command runs in this process:
        that the installed one starts, the demo has shown by furnishing its shop with it."""
        done = CliRunner().invoke(postlude, list(arguments), env=self._environment)
        assert done.exit_code == 0, f"{arguments}: {done.stderr[-1000:]} {done.exception!r}"
        return done.stdout.strip()

    def link(self, order: str) -> str:
        """The storefront path of an order's page, as a mail would carry it."""
        with self._adapters.database.write() as session:
            found = session.scalars(select(Order).where(Order.number == number_key(order))).one()
            return f"{self.proxy_path}/t/{link_token(session, found, self._adapters.clock.now())}"

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """What the product wrote down, for what no page shows yet."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sql(query), values)]

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.facts["database_url"])

    @cached_property
    def _adapters(self) -> Adapters:
        return wiring.build(load_config(self._environment))

    def metric(self, *names: str) -> float:
        """The sum of these metrics over their labels; each has to be there."""
        address = f"{self.facts['app_url']}/metrics"
        page = ask("GET", address).text
        found = {name: re.findall(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+]+)$", page, re.MULTILINE) for name in names}
        assert all(found.values()), f"no such metric: {[name for name in names if not found[name]]}"
        return sum(float(each) for values in found.values() for each in values)

    def settled(self) -> None:
        """Waits until every webhook has been sent and everything that follows has been done, mails too; what follows
        may make Shopify send another."""
        until(lambda: self._sent() and self._done() and self._sent())

    def _sent(self) -> bool:
        return self.control("GET", "/health")["deliveries_pending"] == 0

    def _done(self) -> bool:
        names = ("inbox_pending", "events_pending", "backfill_unfinished", "mails_pending")
        return self.metric(*(f"postlude_{name}" for name in names)) == 0

    def advance(self, seconds: int) -> None:
        """Moves the calendar, and waits until the product's scheduler has seen it."""
        self.post("/clock", {"advance_seconds": seconds})
        until(lambda: self.post("/clock", {"advance_seconds": 0})["scheduler_seen"])

    def answers(self) -> bool:
        """Whether the web is up."""
        try:
            address = f"{self.facts['app_url']}/healthz"
            return ask("GET", address).status_code == 200
        except httpx.TransportError:
            return False

    @cached_property
    def broker(self) -> str:
        """The socket of the demo's broker, which its process was started with."""
        command = ["ps", "-ww", "-o", "args=", "-p", str(self.pids()["broker"])]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        socket = re.search(r"unixsocket:?\s*(\S+broker\.sock)", said)
        assert socket, said
        return socket[1]

    @cached_property
    def _environment(self) -> dict[str, str]:
        home = self.ready.parent / "shop" / "seed-1"
        if (database := make_url(self.facts["database_url"])).get_backend_name() == "sqlite":
            home = Path(database.database or "").parent
        keys = json.loads((home / "keys.json").read_text())
        return os.environ | {
            "DATABASE_URL": self.facts["database_url"],
            "REDIS_URL": f"redis+socket://{self.broker}?virtual_host=0",
            "SHOPIFY_API_KEY": self.facts["api_key"],
            "SHOPIFY_API_SECRET": self.facts["api_secret"],
            "POSTLUDE_ENCRYPTION_KEYS": keys["encryption_key"],
            "POSTLUDE_APP_URL": self.facts["app_url"],
            "POSTLUDE_DATA_DIR": str(home),
            "POSTLUDE_CLOCK_FILE": str(home / "clock"),
            "POSTLUDE_SHOPIFY_ORIGIN": self.facts["devstore_url"],
        }


def _already_up() -> Running | None:
    ready = os.environ.get("POSTLUDE_RUNNING")
    return Running(Path(ready), json.loads(Path(ready).read_text())) if ready else None


def _start(home: Path) -> Running:
    ready, log = home / "ready.json", home / "demo.log"
    command = [sys.executable, "-m", "devstore.demo", "--data-dir", str(home / "shop"), "--ready-file", str(ready)]
    command += ["--patience", str(DEVSTORE_PATIENCE), "--history", str(HISTORY)]
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=ours, stdout=output, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            pytest.exit(f"The demo did not start:\n{log.read_text()[-2000:]}", returncode=1)  # no story can be told
        time.sleep(0.2)
    return Running(ready, json.loads(ready.read_text()), process)
