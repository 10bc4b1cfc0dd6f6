"""Templates that are made quick before they are used: what no page changes is put in when a template is compiled.

Words of ours without places, what is known of the language, and templates that are included by name become part of the
one that includes them: a page is then put together from a third of the pieces. What comes out is the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_TO_ESCAPE = re.compile("[&<>'\"]").search


def put(value: Any) -> str:
    """`value` as a page shows it: Markup as it is, everything else escaped. As `escape`, without wrapping again what
    is joined with its neighbours at once."""
    kind = type(value)
    if kind is Markup or (kind is str and _TO_ESCAPE(value) is None):
        return value
    return str(value) if kind is int else escape(value)


class _Writer(CodeGenerator):
    """Writes what a page shows through the environment's `put`."""

    environment: FoldingEnvironment

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("environment.put(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """In a template of typed facts an attribute is what it is called, and one that is missing is an error."""
        if self.name not in self.environment.typed:
            return super().visit_Getattr(node, frame)
        self.visit(node.node, frame)
        return self.write(f".{node.attr}")


class FoldingEnvironment(Environment):
    """An environment for one language: `fixed` are its globals and attributes of globals (``lang.tag``) that never
    change, `words` what ``_("...")`` says without places; `typed` templates that are given objects with attributes,
    never dictionaries. Escapes always."""

    code_generator_class = _Writer
    put = staticmethod(put)

    def __init__(
        self, *, fixed: Mapping[str, Any], words: Any, typed: frozenset[str] = frozenset(), **options: Any
    ) -> None:
        super().__init__(autoescape=True, **options)
        self.typed = typed
        self._folding = _Folding(self, fixed, words)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return self._folding.visit(super()._parse(source, name, filename))


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment, fixed: Mapping[str, Any], words: Any) -> None:
        self._environment, self._fixed, self._words = environment, fixed, words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """``_("Delivered")`` becomes what it says."""
        self.generic_visit(node)
        is_words = isinstance(node.node, nodes.Name) and node.node.name == "_"
        if not is_words or node.kwargs or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return node
        return _text(self._words(node.args[0].value), node)

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        return self._known(node.name, node) if node.ctx == "load" else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        if isinstance(node.node, nodes.Name):
            known = self._known(f"{node.node.name}.{node.attr}", node)
            if known is not node:
                return known
        return self.generic_visit(node)

    def visit_Block(self, node: nodes.Block) -> nodes.Node:  # noqa: N802
        """What a block shows is gathered in a list and handed on whole, not piece by piece through every level."""
        self.generic_visit(node)
        gathered = nodes.AssignBlock(nodes.Name("_shown", "store"), None, node.body, lineno=node.lineno)
        shown = nodes.Output([nodes.Name("_shown", "load")], lineno=node.lineno)
        node.body = [gathered, shown]
        return node.set_environment(self._environment)

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        """A template that is named outright, in a scope of its own: what it sets is not seen outside."""
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return self.generic_visit(node)
        loader = self._environment.loader
        assert loader is not None
        source, filename, _ = loader.get_source(self._environment, node.template.value)
        included = self._environment._parse(source, node.template.value, filename)
        return nodes.Scope(included.body, lineno=node.lineno, environment=self._environment)

    def _known(self, name: str, node: nodes.Expr) -> nodes.Node:
        if name not in self._fixed:
            return node
        value = self._fixed[name]
        return _text(value, node) if isinstance(value, Markup) else nodes.Const(value, lineno=node.lineno)


def _text(words: Markup, node: nodes.Expr) -> nodes.TemplateData:
    return nodes.TemplateData(str(words), lineno=node.lineno, environment=node.environment)
