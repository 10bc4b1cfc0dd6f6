"""The policy's desk: a draft of rules in sentences, tried and rehearsed, published with a note, brought back."""

from shopify_app.admin.policy import document, general, overview, presets, publish, rehearse, rule_page, simulate

__all__ = ["document", "general", "overview", "presets", "publish", "rehearse", "rule_page", "simulate"]
