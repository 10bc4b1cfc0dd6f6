"""Templates that are made quick before they are used: what no page changes is put in when a template is compiled.

Words of ours without places, what is known of the language, and templates and macros named outright become part
of the one that uses them: a page is then put together from a third of the pieces. What comes out is the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Set
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_INDENTED = re.compile(r"\n\s+")


def put(value: Any) -> str:
    """`value` as a page shows it: Markup as it is, everything else escaped. As `escape`, without wrapping again what
    is joined with its neighbours at once."""
    kind = type(value)
    if kind is str:  # five looks for one sign each take half as long as one for any of five
        is_harmful = "&" in value or "<" in value or ">" in value or "'" in value or '"' in value
        return escape(value) if is_harmful else value
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


class _Writer(CodeGenerator):
    """Writes pages in fewer calls than Jinja does: what they show goes through the environment's `put`."""

    environment: FoldingEnvironment

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("(_v if type(_v := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        """What is Markup already is not handed to anybody."""
        self.write(") is Markup else environment.put(_v))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Our own functions are called outright: none of them wants the context."""
        is_plain = isinstance(node.node, nodes.Name) and node.node.name in self.environment.outright
        if not is_plain or node.dyn_args or node.dyn_kwargs:
            return super().visit_Call(node, frame, forward_caller=forward_caller)
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for named in node.kwargs:
            self.write(f"{named.key}=")
            self.visit(named.value, frame)
            self.write(", ")
        return self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """In a template of typed facts an attribute is what it is called, and one that is missing is an error."""
        if self.name not in self.environment.typed:
            return super().visit_Getattr(node, frame)
        self.visit(node.node, frame)
        return self.write(f".{node.attr}")


class FoldingEnvironment(Environment):
    """An environment for one language: `fixed` are its globals and attributes of globals (``lang.tag``) that never
    change, `words` what ``_("...")`` says without places; `typed` templates that are given objects with attributes,
    never dictionaries; `outright` names functions that want nothing but what they are given. Escapes always."""

    code_generator_class = _Writer
    put = staticmethod(put)

    def __init__(
        self,
        *,
        fixed: Mapping[str, Any],
        words: Any,
        typed: frozenset[str] = frozenset(),
        outright: frozenset[str] = frozenset(),
        **options: Any,
    ) -> None:
        super().__init__(autoescape=True, **options)
        self.typed, self.outright, self.fixed, self.words = typed, outright, fixed, words

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping, which is copied for each page at once: a chain of them is copied name by name."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        folded = self.folded(source, name, filename, {})
        used = {each.name for each in folded.find_all(nodes.Name) if each.ctx == "load"}
        folded.body = [each for each in folded.body if not _is_idle(each, used)]
        return folded

    def folded(
        self, source: str, name: str | None, filename: str | None, macros: dict[str, nodes.Macro]
    ) -> nodes.Template:
        """The template with everything put in; `macros` are those it may call, to which its own are added."""
        return _Folding(self, macros).visit(super()._parse(source, name, filename))

    def part(self, name: str, macros: dict[str, nodes.Macro]) -> nodes.Template:
        """The template called `name`, folded as a part of another."""
        assert self.loader is not None
        source, filename, _ = self.loader.get_source(self, name)
        return self.folded(source, name, filename, macros)


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment, macros: dict[str, nodes.Macro]) -> None:
        self._environment, self._fixed, self._words = environment, environment.fixed, environment.words
        self._macros = macros

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802 - Jinja's name
        """Lines begin at the margin: a reader's browser does not look at how ours are indented."""
        node.data = _INDENTED.sub("\n", node.data)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        self._macros[node.name] = node
        return node

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node:  # noqa: N802
        """What is imported by name, without context, is known when it is called (`visit_Output`)."""
        if not node.with_context and isinstance(node.template, nodes.Const):
            own: dict[str, nodes.Macro] = {}
            self._environment.part(node.template.value, own)
            whole = {name: each for name, each in own.items() if not _calls(each, own.keys())}
            self._macros.update((name, whole[name]) for name in node.names if isinstance(name, str) and name in whole)
        return node

    def visit_Output(self, node: nodes.Output) -> Any:  # noqa: N802
        """A macro that is called outright becomes its body, with its parameters set: nothing is called."""
        self.generic_visit(node)
        shown: list[nodes.Node] = []
        for each in node.nodes:
            body = self._body_of(each) if isinstance(each, nodes.Call) else None
            if body is None and shown and isinstance(shown[-1], nodes.Output):
                shown[-1].nodes.append(each)
            else:
                shown.append(body or nodes.Output([each], lineno=each.lineno, environment=self._environment))
        return shown

    def _body_of(self, call: nodes.Call) -> nodes.Node | None:
        """The macro's body in a scope of its own; None for what is no macro of ours, or is called in other ways."""
        macro = self._macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        if macro is None or call.dyn_args or call.dyn_kwargs:
            return None
        names = [each.name for each in macro.args]
        given = dict(zip(reversed(names), reversed(macro.defaults), strict=False))
        given |= dict(zip(names, call.args, strict=False)) | {each.key: each.value for each in call.kwargs}
        if given.keys() != set(names) or len(call.args) > len(names):
            return None
        targets: list[nodes.Expr] = [nodes.Name(name, "param", lineno=call.lineno) for name in names]
        made = nodes.With(targets, [given[name] for name in names], macro.body, lineno=call.lineno)
        return made.set_environment(self._environment)

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
        self.generic_visit(node)
        return _gathered(node).set_environment(self._environment)

    def visit_Template(self, node: nodes.Template) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        is_layout = all(isinstance(each, (nodes.Output, nodes.Block, nodes.Scope, nodes.If)) for each in node.body)
        is_layout = is_layout and any(isinstance(each, nodes.Block) for each in node.body)
        return _gathered(node).set_environment(self._environment) if is_layout else node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        """A template that is named outright, in a scope of its own: what it sets is not seen outside."""
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return self.generic_visit(node)
        included = self._environment.part(node.template.value, self._macros)
        return nodes.Scope(included.body, lineno=node.lineno, environment=self._environment)

    def _known(self, name: str, node: nodes.Expr) -> nodes.Node:
        if name not in self._fixed:
            return node
        value = self._fixed[name]
        return _text(value, node) if isinstance(value, Markup) else nodes.Const(value, lineno=node.lineno)


def _gathered(node: Any) -> Any:
    """A block or layout whose pieces are gathered in a list and handed on whole, not one by one through every level."""
    gathered = nodes.AssignBlock(nodes.Name("_shown", "store"), None, node.body, lineno=node.lineno)
    node.body = [gathered, nodes.Output([nodes.Name("_shown", "load")], lineno=node.lineno)]
    return node


def _calls(macro: nodes.Macro, others: Set[str]) -> bool:
    """Whether it needs any of its neighbours, which are not known where it is put."""
    return any(each.name in others for each in macro.find_all(nodes.Name))


def _is_idle(node: nodes.Node, used: set[str]) -> bool:
    """An import of which nothing is called any more."""
    return isinstance(node, nodes.FromImport) and not used.intersection(
        name if isinstance(name, str) else name[1] for name in node.names
    )


def _text(words: Markup, node: nodes.Expr) -> nodes.TemplateData:
    return nodes.TemplateData(str(words), lineno=node.lineno, environment=node.environment)
