"""The shop's own rules: written in sentences, tried on the past, published, and followed in what they did."""

from shopify_app.admin.automations import dry_run, log, overview, publish, rule_page

__all__ = ["dry_run", "log", "overview", "publish", "rule_page"]
