"""`python -m mlc_sim.cleo --state DIR`: open the tenant kept there and serve it on loopback."""

import argparse
from contextlib import closing
from pathlib import Path

from mlc_sim.cleo.api import CleoApp
from mlc_sim.cleo.seed import seed
from mlc_sim.cleo.settings import Layout, SettingsError
from mlc_sim.cleo.tenant import open_tenant
from mlc_sim.process import serve


def main() -> None:
    parser = _make_parser()
    options = parser.parse_args()
    given = {name: getattr(options, name) for name in ("token_seconds", "page_cap", "layout")}
    with closing(open_tenant(options.state)) as tenant:
        try:
            tenant.settings.change({name: value for name, value in given.items() if value is not None})
        except SettingsError as fault:
            parser.error(str(fault))
        seed(tenant)
        serve(
            lambda _: CleoApp(tenant),
            port=options.port,
            die_with_parent=options.die_with_parent,
            spools=True,
        )


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mlc_sim.cleo", description="A Cleo tenant on loopback.")
    parser.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="folder that keeps the tenant"
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument(
        "--token-seconds", type=int, metavar="N", help="life of an access token (3600 at first)"
    )
    parser.add_argument(
        "--page-cap", type=int, metavar="N", help="most resources in a page of a list (50 at first)"
    )
    parser.add_argument(
        "--layout", metavar="NAME", help=f"names and paths: {', '.join(Layout)} (both at first)"
    )
    parser.add_argument("--die-with-parent", action="store_true", help="end when standard input ends")
    return parser


if __name__ == "__main__":
    main()
