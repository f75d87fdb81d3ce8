"""The long form: `python -m tests.fault --minutes 10 --over tcp|unix [--seed 1]` prints what became of every request."""

import argparse
import asyncio
import sys

from tests.fault.rig import FLOW_S, Figures
from tests.fault.town import lost_and_double, town


def report(over: str, figures: Figures, lost: int, double: int) -> str:
    """The figures, one a line."""
    flows = sorted(figures.flows, key=lambda flow: flow.slowest_s)
    slow = [f"  {flow}" for flow in flows if flow.slowest_s > FLOW_S]
    return "\n".join(
        (
            f"over {over}: {sum(figures.interruptions.values())} interruptions {dict(figures.interruptions)}",
            f"answers {dict(figures.answers)}, longest {figures.longest_s:.2f} s",
            f"unanswered {figures.unanswered}, late {figures.late}, uncoded {figures.uncoded},"
            f" longest pause of the clients' own loop {figures.longest_pause_s:.2f} s {figures.lacking[:9]}",
            f"votes acknowledged {len(figures.acknowledged)}, lost {lost}, double {double}",
            f"flow again after: median {flows[len(flows) // 2].slowest_s:.2f} s,"
            f" longest {flows[-1].slowest_s:.2f} s, over {FLOW_S} s: {len(slow)}",
            *slow,
        )
    )


def main() -> None:
    """Break, count, print; exit code 1 when anything was unanswered, lost, double or uncoded."""
    parser = argparse.ArgumentParser(prog="python -m tests.fault", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--over", choices=("tcp", "unix"), default="tcp")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with town(given.over, given.seed) as rig:
        figures = asyncio.run(rig.run(given.minutes * 60))
        lost, double = lost_and_double(rig)
    sys.stdout.write(report(given.over, figures, lost, double) + "\n")
    sys.exit(1 if figures.unanswered or figures.uncoded or lost or double else 0)


if __name__ == "__main__":
    main()
