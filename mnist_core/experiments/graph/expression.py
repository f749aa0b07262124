"""A text such as “u*v + u**2” read as a graph; nothing is ever run but what OPERATIONS names.

sum     = product  (("+" | "-") product)*
product = sign     (("*" | "/") sign)*
sign    = "-" sign | "+" sign | power
power   = atom ["**" sign]              so −2**2 = −4, and a**b**c = a**(b**c), as in Python
atom    = number | name | function "(" sum ")" | "(" sum ")"
"""

import math
import re
from dataclasses import dataclass

from mnist_core.errors import ExpressionUnusable
from mnist_core.experiments.graph.operations import FUNCTIONS

MOST_LETTERS, MOST_NODES, MOST_DEPTH, LONGEST_NAME = 200, 60, 30, 12
LEAF, NUMBER = "leaf", "number"
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|[-+*/()])"
)
_SAME = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/"})


@dataclass(frozen=True)
class Node:
    """One node of a graph.

    operation: LEAF, NUMBER or a key of OPERATIONS
    inputs:    the numbers of the nodes that it is made of; all of them stand before it
    text:      the part of the expression that it is: “u”, “2”, “(u * v)”, …
    number:    of NUMBER alone
    """

    operation: str
    inputs: tuple[int, ...]
    text: str
    number: float = 0.0


@dataclass(frozen=True)
class Graph:
    """The nodes of an expression in an order in which they can be computed; the last is its value.

    Each leaf is one node, however often it is named.
    """

    nodes: tuple[Node, ...]

    @property
    def leaves(self) -> dict[str, int]:
        """The numbers of the leaves by name, in the order in which the expression names them."""
        return {node.text: i for i, node in enumerate(self.nodes) if node.operation == LEAF}


def read(text: str) -> Graph:
    """The graph of an expression. Raises ExpressionUnusable with a sentence that says where."""
    if len(text) > MOST_LETTERS:
        raise ExpressionUnusable(
            f"This expression has {len(text)} characters; at most {MOST_LETTERS} can be drawn."
        )
    reader = _Reader(_tokens(text.translate(_SAME)))
    reader.sum()
    if (rest := reader.next()) is not None:
        raise ExpressionUnusable(_unexpected(rest))
    return Graph(tuple(reader.nodes))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = _TOKEN.match(text, place)
        if found is None:
            raise ExpressionUnusable(_unknown_letter(text[place], place))
        tokens.append(_Token(str(found.lastgroup), found.group(), place + 1))
        place = found.end()
    return tokens


def _unknown_letter(letter: str, place: int) -> str:
    hint = (
        "A power is written **."
        if letter == "^"
        else "Names, numbers, + − * / ** and brackets can be used."
    )
    return f"“{letter}” (character {place + 1}) means nothing here. {hint}"


def _unexpected(token: _Token) -> str:
    """Of what cannot follow a whole expression."""
    where = f"“{token.text}” (character {token.place})"
    if token.text == ")":
        return f"The bracket {where} closes none that is open."
    return f"Before {where} an operator is missing, such as *."


class _Reader:
    """Reads tokens one after the other, and gathers nodes."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0
        self.nodes: list[Node] = []
        self.known: dict[str, int] = {}

    def next(self) -> _Token | None:
        """The token that comes next, which is not taken."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *texts: str) -> str | None:
        """The next token's text, taken, if it is one of those."""
        token = self.next()
        if token is None or token.text not in texts:
            return None
        self.place += 1
        return token.text

    def sum(self) -> int:
        self.deeper()
        left = self.product()
        while sign := self.take("+", "-"):
            left = self.add_between(sign, left, self.product())
        self.depth -= 1
        return left

    def product(self) -> int:
        left = self.sign()
        while sign := self.take("*", "/"):
            left = self.add_between(sign, left, self.sign())
        return left

    def sign(self) -> int:
        self.deeper()
        if self.take("-"):
            inner = self.sign()
            result = self.add(Node("negative", (inner,), f"(-{self.nodes[inner].text})"))
        else:
            result = self.sign() if self.take("+") else self.power()
        self.depth -= 1
        return result

    def power(self) -> int:
        base = self.atom()
        return self.add_between("**", base, self.sign()) if self.take("**") else base

    def atom(self) -> int:
        token = self.next()
        if token is None:
            raise ExpressionUnusable(
                "The expression ends too early: a name, a number or a bracket is missing."
                if self.tokens
                else "There is no expression yet: write one, such as u*v + u**2."
            )
        if token.kind == "sign" and token.text != "(":
            raise ExpressionUnusable(
                f"Something is missing before “{token.text}” (character {token.place}): a name, a "
                "number or a bracket."
            )
        self.place += 1
        if token.kind == "number":
            return self.number(token)
        return self.bracket(token) if token.text == "(" else self.name(token)

    def number(self, token: _Token) -> int:
        value = float(token.text)
        if not math.isfinite(value):
            raise ExpressionUnusable(f"The number {token.text} is too large.")
        return self.add(Node(NUMBER, (), token.text, value))

    def name(self, token: _Token) -> int:
        following = self.next()
        if following is not None and following.text == "(":
            return self.call(token)
        if token.text in FUNCTIONS:
            raise ExpressionUnusable(f"After {token.text} a bracket is missing: {token.text}(…).")
        if len(token.text) > LONGEST_NAME:
            raise ExpressionUnusable(
                f"The name “{token.text[:LONGEST_NAME]}…” is too long: at most {LONGEST_NAME} "
                "letters fit into a node."
            )
        if token.text not in self.known:
            self.known[token.text] = self.add(Node(LEAF, (), token.text))
        return self.known[token.text]

    def call(self, token: _Token) -> int:
        if token.text not in FUNCTIONS:
            raise ExpressionUnusable(
                f"There is no function “{token.text[:LONGEST_NAME]}” (character {token.place}). "
                f"There are {', '.join(FUNCTIONS)}."
            )
        opening = self.next()
        assert opening is not None
        self.place += 1
        inner = self.bracket(opening)
        return self.add(Node(token.text, (inner,), f"{token.text}({self.bare(inner)})"))

    def bracket(self, opening: _Token) -> int:
        inner = self.sum()
        if self.take(")"):
            return inner
        following = self.next()
        if following is not None:
            raise ExpressionUnusable(_unexpected(following))
        raise ExpressionUnusable(
            f"The bracket that opens at character {opening.place} is never closed."
        )

    def add_between(self, sign: str, left: int, right: int) -> int:
        text = f"({self.nodes[left].text} {sign} {self.nodes[right].text})"
        return self.add(Node(sign, (left, right), text))

    def add(self, node: Node) -> int:
        if len(self.nodes) == MOST_NODES:
            raise ExpressionUnusable(
                f"This expression has more than {MOST_NODES} nodes: that is too many to draw."
            )
        self.nodes.append(node)
        return len(self.nodes) - 1

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ExpressionUnusable("There are too many brackets, or signs, inside each other.")

    def bare(self, index: int) -> str:
        text = self.nodes[index].text
        return text[1:-1] if text.startswith("(") else text
