"""The dev store's addresses, compiled once a process: tests open hundreds of dev stores, and each would spend half of
its start on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule, RuleFactory


class SharedMap(Map):
    """Rules that are there already are not added again: every dev store has the same."""

    def __init__(self) -> None:
        self._there: set[tuple[str, str, frozenset[str]]] = set()
        super().__init__()

    def add(self, rulefactory: RuleFactory) -> None:
        for rule in rulefactory.get_rules(self):
            if _known_by(rule) not in self._there:
                self._there.add(_known_by(rule))
                super().add(rule)


def _known_by(rule: Rule) -> tuple[str, str, frozenset[str]]:
    return rule.rule, str(rule.endpoint), frozenset(rule.methods or ())


_addresses = SharedMap()
_written: set[tuple[str, str, tuple[str, ...]]] = set()
"""What some dev store of this process has opened: the address, its door and the methods asked for."""


class DevStoreApp(Flask):
    """A Flask application whose addresses are the process's."""

    @staticmethod
    def url_map_class(host_matching: bool = False) -> Map:  # type: ignore[override]
        return _addresses

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """An address that another dev store has opened needs only this one's door."""
        known = (rule, endpoint or "", tuple(options.get("methods") or ()))
        if known in _written and endpoint and view_func and self.view_functions.get(endpoint, view_func) is view_func:
            self.view_functions[endpoint] = view_func
            return
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
        _written.add(known)
