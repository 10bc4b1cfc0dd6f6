"""`postlude doctor`: is everything set as it must be."""

from __future__ import annotations

import os
import secrets
import sys

import click


@click.command()
@click.option("--new-key", is_flag=True, help="Print a fresh encryption key and stop.")
def doctor(new_key: bool) -> None:
    """Explains every wrong or missing setting in a sentence; exit status 1 when something must be done."""
    if new_key:
        click.echo(secrets.token_hex(32))
        return
    from shopify_app.doctor import examine  # looks into every room; a new key needs none

    findings = list(examine(os.environ))
    for finding in findings:
        click.echo(f"{finding.mark} {finding.sentence}")
    sys.exit(1 if any(finding.must_act for finding in findings) else 0)
