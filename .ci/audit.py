"""Audit: looks the pinned packages up among known vulnerabilities; only such a one fails, never a missing network."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINS = Path("requirements-dev.txt")
"""The product's packages and the tools'."""


def main() -> int:
    """The exit code: 1 where a vulnerability is known."""
    answer = subprocess.run(_command(), capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):  # It wrote no report, and says why in its last line.
        reason = (answer.stderr.strip().splitlines() or ["no report"])[-1]
        print(f"audit: nothing was checked, because no advisory service answered: {reason[:120]}")
        return 0
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    print(f"audit: {len(packages) - len(unknown)} packages checked, {len(unknown)} unknown to the service")
    affected = [package for package in packages if package.get("vulns")]
    for package in affected:
        for found in package["vulns"]:
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"  {package['name']} {package['version']}: {found['id']}, mended in {mended}")
    if affected:
        print("mend with: a higher bound in pyproject.toml, then make pins")
    return 1 if affected else 0


def _command() -> list[str]:
    quiet = ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    return [sys.executable, "-m", "pip_audit", "--disable-pip", "--requirement", str(PINS), *quiet]


if __name__ == "__main__":
    sys.exit(main())
