"""Mails to shoppers: who they come from and which are sent."""

from __future__ import annotations

from pydantic import Field

from shopify_app.settings.shape import settings


@settings
class Messages:
    """The sender of mails. Addresses of shoppers come from their orders."""

    sender_name: str = Field(default="", max_length=80)
    """The name in “From”; empty: the shop's name."""
    sender_address: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
    """The address in “From”; null: this deployment's own (POSTLUDE_MAIL_FROM)."""
    reply_to: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
    """Where answers go; null: the shop's contact address."""
    return_mails: bool = True
    """Whether shoppers are mailed about their returns. One-time codes are always sent."""
