"""The home page of the admin: what the merchant wants most, and how far the set-up is."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from shopify_app.settings.shape import settings


@settings
class Home:
    """The main goal, and what is remembered of the set-up."""

    goal: Literal["fewer_questions", "fewer_refunds", "more_repeat"] | None = None
    """What you want most; it chooses the figures that lead the home page. Null: nothing was chosen."""
    is_goal_asked: bool = False
    """Whether the question for the goal was answered, be it with “not now”."""
    is_setup_dismissed: bool = False
    """Whether the set-up list was put away."""
    blocks_seen: dict[str, datetime] = Field(default_factory=dict)
    """The blocks that the published theme shows, and when the admin first saw them there."""
