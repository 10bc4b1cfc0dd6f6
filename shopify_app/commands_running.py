"""`postlude serve`, `worker`, `scheduler` and `migrate`: the processes of a deployment, and its tables."""

from __future__ import annotations

import signal
import threading
from ipaddress import ip_address

import click

from shopify_app.commands import answering, needs_tables, read_config
from shopify_app.listening import needs_port


def _ip_address(context: click.Context, option: click.Parameter, given: str) -> str:
    """The server looks no names up. Raises BadParameter."""
    try:
        return str(ip_address(given))
    except ValueError as failure:
        sentence = f"“{given}” is no IP address: 127.0.0.1 is this machine alone, 0.0.0.0 whoever reaches it."
        raise click.BadParameter(sentence) from failure


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, callback=_ip_address)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default="8000, or $PORT")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Web processes; more than one needs PostgreSQL.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Answers the web: webhooks, admin, storefront."""
    from granian import Granian  # the server is not needed by any other command
    from granian.constants import Interfaces

    config = read_config()
    if config.is_sqlite and workers > 1:
        raise click.ClickException("SQLite has one writer: use one web process, or PostgreSQL by DATABASE_URL.")
    needs_tables(config)
    needs_port(host, port)
    Granian(
        "shopify_app.listening:web_process",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=1024,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


@click.command()
@click.option("--concurrency", type=click.IntRange(1), default=2, show_default=True)
def worker(concurrency: int) -> None:
    """Carries out what is due: deliveries, reactions, reading and writing at Shopify."""
    config = read_config()
    needs_tables(config)
    from jobs.worker import celery  # registers every task
    from shopify_app import queue

    queue.use_broker(config.redis_url)
    celery.worker_main(["worker", "--concurrency", str(concurrency), "--loglevel", "WARNING", "--without-mingle"])


@click.command()
def scheduler() -> None:
    """Watches the clock: sweeps what a lost message left behind, wakes what is due. Run exactly one."""
    from jobs.schedule import run_scheduler
    from shopify_app import observability, queue, wiring

    config = read_config()
    needs_tables(config)
    observability.set_up_logging(config.log_level)
    queue.use_broker(config.redis_url)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_scheduler(wiring.build(config), stop)


@click.command()
def migrate() -> None:
    """Creates or upgrades the tables."""
    from shopify_app import migrate as migrations

    config = read_config()
    if config.is_sqlite:
        try:
            config.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            nothing = f"Nothing can be written to {config.data_dir} ({failure.strerror})"
            raise click.ClickException(f"{nothing}: correct POSTLUDE_DATA_DIR, or who owns that folder.") from failure
    with answering():
        migrations.upgrade(config.database_url)
    click.echo("The database is up to date.")
