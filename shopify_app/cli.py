"""`postlude`: what operators type. Only the command that is asked for is imported: each of them needs other rooms."""

from __future__ import annotations

import importlib

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "carrier": (
        "shopify_app.commands_carriers:carrier",
        "A shop's account with who sells labels and follows parcels.",
    ),
    "doctor": (
        "shopify_app.commands_doctor:doctor",
        "Explains every wrong or missing setting in a sentence; exit status 1 when something must be done.",
    ),
    "erase": (
        "shopify_app.commands_shop:erase",
        "Erases a person's data, or a whole shop's, and writes the erasure into the log.",
    ),
    "figures": (
        "shopify_app.commands_insights:figures",
        "A shop's figures by day: what the pages under Insights are made of.",
    ),
    "ledger": (
        "shopify_app.commands_ledger:ledger",
        "The money ledger of the shop's returns, oldest first; the rows of each posting sum to zero.",
    ),
    "limits": ("shopify_app.commands_limits:limits", "A shop's blocked and trusted customers."),
    "link": (
        "shopify_app.commands_shop:link",
        "Prints the storefront path of an order's tracking page, for support to send on.",
    ),
    "migrate": ("shopify_app.commands_running:migrate", "Creates or upgrades the tables."),
    "policy": (
        "shopify_app.commands_policy:policy",
        "A shop's return policy, as a document (docs/policy.schema.json).",
    ),
    "return": (
        "shopify_app.commands_returns:returns",
        "A shop's returns: look at them and decide, as in the admin.",
    ),
    "scheduler": (
        "shopify_app.commands_running:scheduler",
        "Watches the clock: sweeps what a lost message left behind, wakes what is due. Run exactly one.",
    ),
    "serve": ("shopify_app.commands_running:serve", "Answers the web: webhooks, admin, storefront."),
    "settings": ("shopify_app.commands_shop:settings", "Reads and changes a shop's settings."),
    "worker": (
        "shopify_app.commands_running:worker",
        "Carries out what is due: deliveries, reactions, reading and writing at Shopify.",
    ),
}
"""Each command with where it is written, and how its own text begins, for the list."""


def _cannot_decrypt() -> type[Exception]:
    from shopify_app.crypto import CannotDecrypt  # asked for once something went wrong

    return CannotDecrypt


class OnDemand(click.Group):
    """A group that imports a command when somebody asks for it, and none to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return getattr(importlib.import_module(module), name)

    def invoke(self, ctx: click.Context) -> object:
        """A sentence instead of a trace where stored data is sealed with a key that is gone."""
        try:
            return super().invoke(ctx)
        except _cannot_decrypt() as failure:
            raise click.ClickException(
                "POSTLUDE_ENCRYPTION_KEYS lacks a key that stored data was encrypted with: put it back, behind the "
                "newest. `postlude doctor` looks at the rest."
            ) from failure

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=OnDemand)
def main() -> None:
    """Postlude: everything between "order placed" and "bought again"."""


if __name__ == "__main__":
    main()
