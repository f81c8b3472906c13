"""What a benchmark says: measured values, and whether they reach their goal."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

AT_MOST = ("<", operator.lt)
AT_LEAST = (">=", operator.ge)


@dataclass
class Report:
    """Prints as it goes, and remembers which goals were missed."""

    write: Callable[[str], None] = print
    missed: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        """A plain line, such as a heading."""
        self.write(line)

    def value(self, what: str, value: float, unit: str, *, below: float | None = None) -> None:
        """A measured value, with its goal where it must stay below one."""
        self._judged(what, value, unit, AT_MOST, below)

    def rate(self, what: str, value: float, unit: str, *, least: float | None = None) -> None:
        """A measured rate, with its goal where it must reach one."""
        self._judged(what, value, unit, AT_LEAST, least)

    def ratio(self, what: str, value: float) -> None:
        """How many times as much as what it is compared with."""
        self.write(f"  {what:<58} {value:>10.2f} x")

    def _judged(
        self,
        what: str,
        value: float,
        unit: str,
        rule: tuple[str, Callable[[float, float], bool]],
        goal: float | None,
    ) -> None:
        line = f"  {what:<58} {value:>10.2f} {unit:<6}"
        if goal is not None:
            sign, reached = rule
            verdict = "reached" if reached(value, goal) else "MISSED"
            line += f" goal {sign} {goal:g}: {verdict}"
            if verdict == "MISSED":
                self.missed.append(what)
        self.write(line.rstrip())
