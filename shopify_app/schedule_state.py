"""When each entry of the schedule last ran, so that a restart neither forgets nor repeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base


class ScheduleRun(Base):
    """One entry of `jobs.schedule`. Not a shop's row: the schedule belongs to the deployment."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_run_at: Mapped[datetime]
