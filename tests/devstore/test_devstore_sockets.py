"""The dev store as a process of its own: answers that get lost, and what a kill leaves behind."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from devstore import tokens
from devstore.config import DevStoreConfig
from devstore.programs import free_port

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9"
IN_THE_CLEAR = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: nothing here speaks TLS, and to read all the roots for each question takes longer than the answer."""
TAG = "mutation Tag($id: ID!, $tag: String!) { tagsAdd(id: $id, tags: [$tag]) { userErrors { message } } }"


def start(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "devstore", "--port", str(port), "--smtp-port", "0", "--app-url", NOBODY]
    process = subprocess.Popen([*command, "--data-dir", str(folder)], cwd=ROOT)
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/control/health", timeout=30, verify=IN_THE_CLEAR).status_code == 200:
                return process
        except httpx.HTTPError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("The dev store did not start within three minutes.")


def tags(base: str, order: int) -> str:
    return httpx.get(f"{base}/control/orders/{order}", timeout=30, verify=IN_THE_CLEAR).json()["tags"]


@pytest.mark.slow
def test_a_lost_answer_is_committed_and_survives_a_kill(tmp_path: Path) -> None:
    port = free_port(8700)
    base = f"http://127.0.0.1:{port}"
    process = start(port, tmp_path)
    try:
        headers = {"X-Shopify-Access-Token": access_token(base)}
        order = httpx.get(f"{base}/control/showcase", timeout=30, verify=IN_THE_CLEAR).json()["delivered"]
        httpx.post(
            f"{base}/control/faults", json={"kind": "answer_lost", "match": "Tag"}, timeout=30, verify=IN_THE_CLEAR
        )
        body = {"query": TAG, "variables": {"id": f"gid://shopify/Order/{order}", "tag": "unheard"}}

        with pytest.raises(httpx.HTTPError):
            httpx.post(
                f"{base}/admin/api/2026-10/graphql.json", json=body, headers=headers, timeout=30, verify=IN_THE_CLEAR
            )

        assert "unheard" in tags(base, order)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process = start(port, tmp_path)
        assert "unheard" in tags(base, order)
    finally:
        process.terminate()
        process.wait(timeout=60)


def access_token(base: str) -> str:
    config = DevStoreConfig()
    httpx.post(
        f"{base}/control/install", timeout=30, verify=IN_THE_CLEAR
    )  # nobody answers at the app's address, yet it is installed
    body = {
        "client_id": config.api_key,
        "client_secret": config.api_secret,
        "grant_type": tokens.EXCHANGE_GRANT,
        "subject_token": tokens.id_token(config, 4242, datetime.now(UTC)),
        "subject_token_type": tokens.ID_TOKEN_TYPE,
        "requested_token_type": tokens.OFFLINE_TYPE,
        "expiring": 1,
    }
    return httpx.post(f"{base}/admin/oauth/access_token", json=body, timeout=30, verify=IN_THE_CLEAR).json()[
        "access_token"
    ]
