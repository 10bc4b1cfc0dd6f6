"""`make demo`: dev store, broker, web, worker and scheduler, as one thing that starts and stops.

The app gets into the seeded shop by the real install path. A process that dies is started again; Ctrl-C, SIGTERM or a
terminal that is closed ends everything that was started here and nothing else. Several demos may run side by side, each
with its own data directory and ports. What a first start found out is kept beside the shop, so that a second one takes
seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from devstore.config import EASYPOST_KEY, EASYPOST_PATH, EASYPOST_SECRET
from devstore.demo_choices import Choices, keys_in, read_choices
from devstore.programs import ROOT, CannotStart, Programs, Stopped, broker_command, installed, only_one_in, told_to_stop

SHOP = "hedvall-daughters.myshopify.com"
LARGEST_PLAN = "scale"
STILL_SECONDS = 120
"""How long reading the shop's past may stand still; on a busy machine it takes its minutes."""


def main(arguments: list[str] | None = None) -> int:
    """Starts everything, says where it is, stays until told to stop, which may be before it has started. Exit status 1
    when it cannot start."""
    stop, demo = told_to_stop(), None
    try:
        demo = Demo(read_choices(arguments), stop)
        demo.start()
        demo.stay()
    except Stopped:
        return 0
    except CannotStart as reason:
        print(f"\nThe demo cannot start: {reason}", file=sys.stderr)  # noqa: T201 - a command speaks to its person
        return 1
    finally:
        if demo is not None:
            demo.stop()
    return 0


class Demo:
    """The programs of one demo, and the shop they serve."""

    def __init__(self, choices: Choices, stop: threading.Event) -> None:
        self.choices, self._stop = choices, stop
        self._began = self._said = time.monotonic()
        self.home = choices.data_dir / f"seed-{choices.seed}"
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise CannotStart(f"nothing can be written to {self.home} ({failure.strerror})") from failure
        self._mark = only_one_in(self.home)
        self.keys = keys_in(self.home / "keys.json")
        self._sockets = Path(tempfile.mkdtemp(prefix="postlude-"))  # a socket's path must be short
        self.environment = self._environment()
        self.programs = Programs(self.environment, self.home, stop, self._still)

    def start(self) -> None:
        """Brings everything up in the order in which it is needed; raises CannotStart."""
        began = time.monotonic()
        if self.choices.ready_file:
            self.choices.ready_file.unlink(missing_ok=True)
        self._say("Starting the dev store (the stand-in for Shopify) ...")
        if not os.environ.get("REDIS_URL"):
            self.programs.run("broker", broker_command(self._sockets / "broker.sock", self.home))
        self.programs.run("devstore", self._devstore_command())
        self._bring_tables()
        self._say("Starting web, worker and scheduler ...")
        self.programs.run("web", [installed("postlude"), "serve", "--port", str(self.choices.port)])
        self.programs.wait_for(f"{self.choices.devstore_url}/control/health", "the dev store")
        self.programs.wait_for(f"{self.choices.app_url}/readyz", "the app")
        self.programs.run("worker", [installed("postlude"), "worker", "--concurrency", "2"])
        self.programs.run("scheduler", [installed("postlude"), "scheduler"])
        self._install()
        facts = self._write_ready_file()
        self._announce(facts, time.monotonic() - began)

    def stay(self) -> None:
        """Keeps every program running until told to stop."""
        while not self._stop.wait(0.5):
            if self.programs.revive():
                self._write_ready_file()

    def stop(self) -> None:
        """Ends what was started here, the broker and the dev store last."""
        if self.programs.pids:
            self._say("\nStopping ...")
        self.programs.stop("scheduler", "worker", "web", "devstore", "broker")
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._mark.close()
        if self.choices.ready_file:
            self.choices.ready_file.unlink(missing_ok=True)

    def _bring_tables(self) -> None:
        """Migrates, unless these very migrations have been brought to this very file before."""
        url, mark = self.environment["DATABASE_URL"], self.home / "migrated"
        files = sorted((ROOT / "shopify_app" / "migrations" / "versions").glob("*.py"))
        wanted = hashlib.sha256(url.encode() + b"".join(file.read_bytes() for file in files)).hexdigest()
        is_there = url.startswith("sqlite:///") and Path(url.removeprefix("sqlite:///")).exists()
        if is_there and mark.exists() and mark.read_text() == wanted:
            return
        self._say("Preparing the database ...")
        self.programs.once([installed("postlude"), "migrate"])
        mark.write_text(wanted)

    def _install(self) -> None:
        self._say("Installing the app into the shop, as a merchant would ...")
        self._choose_plan()
        answer = self._control("POST", "/install")
        if answer.get("status", 500) >= 400:
            raise CannotStart(f"the app refused to be installed ({answer}); see {self.home}/web.log")
        self._furnish()
        began = moved = self._began = time.monotonic()
        seen, least = -1, sys.maxsize
        while (waiting := self._waiting()) > 0:
            if self._stop.is_set():
                raise Stopped
            if waiting != seen:
                least = min(least, waiting)  # what is read brings more to read: a count that climbs would only worry
                moved, seen = time.monotonic(), waiting
            took = f"{time.monotonic() - began:.0f} s so far"  # the least may stand for minutes
            self._say(f"  reading the shop's past: about {least} steps left, {took}   ", end="\r")
            if time.monotonic() - moved > STILL_SECONDS:
                raise CannotStart(f"reading the shop's past stands still; see {self.home}/worker.log")
            time.sleep(0.5)
        self._say("  the shop's past is read.                                        ")

    def _choose_plan(self) -> None:
        """The merchant tries the largest plan; what is chosen later stays."""
        if not self._control("GET", "/billing")["subscriptions"]:
            chosen = self._control("POST", "/billing", {"plan": LARGEST_PLAN})
            self._control("POST", f"/billing/{chosen['id']}/approve")

    def _furnish(self) -> None:
        """What the shop's merchant would have set up by now: return policy, brand, support, how goods come back, an
        offer. Once; later changes stay."""
        done, seed = self.home / "furnished", Path(__file__).parent / "seed"
        if done.exists():
            return
        self.programs.once([installed("postlude"), "policy", "publish", "--shop", SHOP, str(seed / "policy.json")])
        settings = self.home / "merchant.json"
        settings.write_text((seed / "merchant.json").read_text().replace("{origin}", self.choices.devstore_url))
        self.programs.once([installed("postlude"), "settings", "load", "--shop", SHOP, str(settings)])
        self.programs.once([installed("postlude"), "carrier", "connect", "easypost", "--shop", SHOP])
        done.touch()

    def _waiting(self) -> int:
        """How much the product still has to read or do, by its own metrics."""
        text = self.programs.ask("GET", f"{self.choices.app_url}/metrics").text
        names = ("backfill_unfinished", "inbox_pending", "events_pending")
        found = {name: re.search(rf"^postlude_{name}\S* ([0-9.]+)", text, re.M) for name in names}
        is_told = all(found.values())  # while its database does not answer the product counts nothing that waits
        return sum(int(float(match[1])) for match in found.values() if match) if is_told else 1

    def _announce(self, facts: dict[str, Any], seconds: float) -> None:
        rows = [
            ("Tracking page", facts["sample_tracking_url"]),
            ("Return portal", facts["sample_return_url"]),
            ("Storefront", facts["storefront_url"]),
            ("Customer account", facts["account_url"]),
            ("Shopify admin", facts["admin_url"]),
            ("Inbox", facts["inbox_url"]),
            ("Dev-store control", facts["control_url"]),
        ]
        lines = "\n".join(f"  {name:<18} {address}" for name, address in rows)
        self._say(f"\nPostlude is running ({seconds:.0f} s).\n\n{lines}\n")
        self._say(f"  Look up {facts['sample_order_name']} with {facts['sample_email']}. Ctrl-C ends everything.\n")

    def _write_ready_file(self) -> dict[str, Any]:
        sample = self._sample()
        store, choices = self.choices.devstore_url, self.choices
        facts = {
            "app_url": choices.app_url,
            "devstore_url": store,
            "shop": SHOP,
            "storefront_url": store,
            "admin_url": f"{store}/admin/apps/postlude",
            "account_url": f"{store}/customer-account",
            "inbox_url": f"{store}/inbox",
            "control_url": f"{store}/control",
            "api_key": self.keys["api_key"],
            "api_secret": self.keys["api_secret"],
            "database_url": self.environment["DATABASE_URL"],
            "pids": self.programs.pids,
            **sample,
        }
        if choices.ready_file:
            draft = choices.ready_file.with_name(choices.ready_file.name + ".new")
            draft.write_text(json.dumps(facts, indent=2))
            os.replace(draft, choices.ready_file)
        return facts

    def _sample(self) -> dict[str, str]:
        """An order worth following and one worth sending back; asked for once, then kept beside the shop."""
        kept = self.home / "samples.json"
        if not kept.exists():
            shown = self._control("GET", "/showcase")
            followed, home = self._linked(shown["two_parcels"]), self._linked(shown["return_two_sizes"])
            kept.write_text(json.dumps({"followed": followed, "home": home}))
        sample, store = json.loads(kept.read_text()), self.choices.devstore_url
        return {
            "sample_tracking_url": f"{store}{sample['followed']['path']}",
            "sample_return_url": f"{store}{sample['home']['path'].replace('/t/', '/returns/t/')}",
            "sample_order_name": sample["followed"]["name"],
            "sample_email": sample["followed"]["email"],
        }

    def _linked(self, number: int) -> dict[str, str]:
        """An order's name, its buyer's e-mail address and the storefront path that a mail would carry."""
        asked = {"query": f'{{ order(id: "gid://shopify/Order/{number}") {{ name email }} }}'}
        order = self._control("POST", "/merchant/graphql", asked)["data"]["order"]
        said = self.programs.once([installed("postlude"), "link", "--shop", SHOP, "--order", order["name"]])
        return {"path": said.strip(), **order}

    def _control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.programs.ask(method, f"{self.choices.devstore_url}/control{path}", body).json()

    def _devstore_command(self) -> list[str]:
        choices = self.choices
        options: dict[str, object] = {
            "--port": choices.devstore_port,
            "--shop": SHOP,
            "--app-url": choices.app_url,
            "--api-key": self.keys["api_key"],
            "--api-secret": self.keys["api_secret"],
            "--seed": choices.seed,
            "--history": choices.history,
            "--patience": choices.patience,
            "--data-dir": self.home,
            "--clock-file": self.environment["POSTLUDE_CLOCK_FILE"],
            "--smtp-port": choices.smtp_port,
        }
        return [sys.executable, "-m", "devstore", *(str(part) for pair in options.items() for part in pair)]

    def _environment(self) -> dict[str, str]:
        store = self.choices.devstore_url
        ours = {
            "SHOPIFY_API_KEY": self.keys["api_key"],
            "SHOPIFY_API_SECRET": self.keys["api_secret"],
            "POSTLUDE_ENCRYPTION_KEYS": self.keys["encryption_key"],
            "POSTLUDE_APP_URL": self.choices.app_url,
            "POSTLUDE_DATA_DIR": str(self.home),
            "POSTLUDE_ADMIN_ORIGIN": store,
            "POSTLUDE_APP_BRIDGE_URL": f"{store}/static/app-bridge.js",
            "POSTLUDE_POLARIS_URL": f"{store}/static/polaris-stub.js",
            "POSTLUDE_EASYPOST_ORIGIN": f"{store}{EASYPOST_PATH}",
            "POSTLUDE_CARRIER_KEY": EASYPOST_KEY,
            "POSTLUDE_CARRIER_PUSH_SECRET": EASYPOST_SECRET,
            "POSTLUDE_CLOCK_FILE": str(self.home / "clock"),
            "POSTLUDE_SMTP_URL": f"smtp://127.0.0.1:{self.choices.smtp_port}",
            "POSTLUDE_MAIL_FROM": "returns@hedvall.example",
            "POSTLUDE_PLAN": "shopify",
        }
        chosen = {
            "POSTLUDE_SHOPIFY_ORIGIN": store,
            "DATABASE_URL": f"sqlite:///{self.home}/postlude.sqlite3",
            "REDIS_URL": f"redis+socket://{self._sockets}/broker.sock?virtual_host=0",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTLUDE_")}
        wins = {name: os.environ.get(name) or value for name, value in chosen.items()}
        return {**kept, **ours, **wins}

    def _say(self, text: str, end: str = "\n") -> None:
        with contextlib.suppress(OSError):  # a terminal that was closed hears nothing more
            print(text, end=end, flush=True)  # noqa: T201 - a command speaks to its person
        self._said = time.monotonic()
        self._began = self._said if end == "\n" else self._began

    def _still(self) -> None:
        """Says each second how long it has been at what it said last."""
        now = time.monotonic()
        if now - self._said >= 1:
            self._say(f"  {now - self._began:.0f} s so far".ljust(70), end="\r")


if __name__ == "__main__":
    sys.exit(main())
