"""Runs commands of `parvis` in this process, on a database of a test module's own."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from server.command.main import main
from tests.own import Own

Run = Callable[..., Result]


def runner(own: Own, data: Path) -> Run:
    """Runs a command on the database, with further variables of the environment by name."""

    def run(*arguments: str, **environment: str) -> Result:
        base = {"DATABASE_URL": own.url, "PARVIS_DATA": str(data), "PARVIS_SECRET": "s", "PARVIS_DEMO": "0"}
        return CliRunner().invoke(main, arguments, env=base | environment)

    return run


def refusal(result: Result, exit_code: int = 1) -> str:
    """The one sentence of a command that fails."""
    assert result.exit_code == exit_code, result.output
    assert isinstance(result.exception, SystemExit), result.exception  # So nothing was raised through.
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]
