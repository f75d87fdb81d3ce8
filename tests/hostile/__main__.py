"""`python -m tests.hostile [SEED]`: attack a server that is started for it; about a minute, and 1 where anything is wrong."""

import sys
import tempfile
from pathlib import Path

import click

from database.embedded.launcher import EmbeddedPostgres
from tests.given import Given
from tests.hostile.site import attacked, report_of
from tests.own import Own


@click.command()
@click.argument("seed", type=int, default=1)
def main(seed: int) -> None:
    """Print how many answers had which status, and every answer that no request should get."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres,
    ):
        url = Own.make(postgres.url).url
        given = Given(url)
        for worlds in attacked(url, Path(folder), given):
            report = report_of(worlds, seed)
            assert worlds[0].portal.client.get("/readyz").status_code == 200, "the server is gone"
        given.close()
    for finding in report.findings:
        click.echo(finding)
    click.echo(report.table())
    sys.exit(bool(report.findings))


if __name__ == "__main__":
    main()
