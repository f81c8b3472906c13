"""`make bench`: all benchmarks, or those named: `python -m benchmarks matching starting`."""

import sys
from importlib import import_module

from benchmarks.report import Report

BENCHMARKS = ("matching", "way_of_one_message", "starting", "renewing", "console")


def main(chosen: list[str]) -> None:
    """Run the benchmarks one after the other; they must not disturb each other."""
    report = Report()
    for name in chosen or BENCHMARKS:
        import_module(f"benchmarks.{name}").run(report)
        report("")
    if report.missed:
        report(f"Goals missed: {', '.join(report.missed)}.")
    else:
        report("All goals reached.")


main(sys.argv[1:])
