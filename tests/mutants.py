"""Mutants of a module of policies: each with one condition turned round or taken out. A case must notice every one."""

import ast
import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TURNED: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A call of a policy and the code of the decision that it must come to, and what that tells where it matters."""

    act: str
    given: tuple[Any, ...]
    code: str
    named: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, str] | None = None

    def holds_in(self, policies: Mapping[str, Any]) -> bool:
        """Tell whether policies decide the case as they must."""
        decision = policies[self.act](*self.given, **self.named)
        told = self.details is None or decision.details == self.details
        return told and bool(decision.code == self.code)


def wrong(module: types.ModuleType, cases: Sequence[Case]) -> list[Case]:
    """Return the cases that a module does not decide as it must."""
    return [case for case in cases if not case.holds_in(vars(module))]


def living(module: types.ModuleType, cases: Sequence[Case]) -> list[str]:
    """Return the mutants of a module that no case notices; there must be none.

    Functions and tables of functions are turned round; classes and what is imported stay as they are.
    """
    tree = ast.parse(inspect.getsource(module))
    statements = [one for one in tree.body if isinstance(one, ast.FunctionDef | ast.Assign | ast.AnnAssign)]
    codes = [_compiled(one) for one in statements]
    alive, count = [], 0
    for place, statement in enumerate(statements):
        for said, code in _mutants(statement):
            count += 1
            policies = dict(vars(module))
            for one in (*codes[:place], code, *codes[place + 1 :]):
                exec(one, policies)  # noqa: S102 - our own module, turned round
            if not _is_noticed(policies, cases):
                alive.append(said)
    assert count, module
    return alive


def _is_noticed(policies: Mapping[str, Any], cases: Sequence[Case]) -> bool:
    try:
        return not all(case.holds_in(policies) for case in cases)
    except (AttributeError, KeyError, TypeError):
        return True


def _compiled(statement: ast.stmt) -> types.CodeType:
    module = ast.fix_missing_locations(ast.Module(body=[statement], type_ignores=[]))
    code: types.CodeType = compile(module, "mutant", "exec")
    return code


def _mutants(statement: ast.stmt) -> Iterator[tuple[str, types.CodeType]]:
    """Turn one thing after the other round in a statement, and back again."""
    for node in list(ast.walk(statement)):
        for name, value in _turns(node):
            kept = getattr(node, name)
            said = f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0]}: {name}"
            setattr(node, name, value)
            yield said, _compiled(statement)
            setattr(node, name, kept)


def _turns(node: ast.AST) -> list[tuple[str, object]]:
    """Return every way in which a node can be turned round: an attribute, and what it becomes."""
    turns: list[tuple[str, object]] = []
    match node:
        case ast.If() | ast.IfExp():
            turns = [("test", one) for one in (ast.Constant(value=True), ast.Constant(value=False), _not(node.test))]
        case ast.Lambda():
            turns = [("body", one) for one in (ast.Constant(value=True), _not(node.body))]
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            # A joint of one is no joint: what is left of two is doubled, which says the same.
            turns = [
                ("op", other),
                *(("values", kept if len(kept) > 1 else kept * 2) for kept in _shorter(node.values)),
            ]
        case ast.UnaryOp(op=ast.Not()):
            turns = [("operand", _not(node.operand))]
        case ast.Compare(ops=[comparison]):
            turns = [("ops", [other()]) for other in _TURNED[type(comparison)]]
        case ast.BinOp(op=ast.BitAnd()):
            turns = [("op", ast.BitOr())]
        case ast.Set():
            turns = [("elts", kept) for kept in _shorter(node.elts)]
        case ast.Tuple() if _holds_conditions(node):
            turns = [("elts", kept) for kept in _shorter(node.elts)]
    return turns


def _holds_conditions(node: ast.Tuple) -> bool:
    """Tell whether a tuple is one of conditions: functions by name, or calls that each decide one."""
    return all(isinstance(one, ast.Name) and one.id.islower() for one in node.elts) or all(
        isinstance(one, ast.Call) for one in node.elts
    )


def _not(test: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _shorter(parts: Sequence[ast.expr]) -> list[list[ast.expr]]:
    """Return the ways to leave one of several out; one alone stays."""
    return [[*parts[:place], *parts[place + 1 :]] for place in range(len(parts))] if len(parts) > 1 else []
