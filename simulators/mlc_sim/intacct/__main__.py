"""Start the gateway: python -m mlc_sim.intacct --state FILE.db."""

import argparse
from pathlib import Path

from mlc_sim.intacct.app import IntacctApp, make_app
from mlc_sim.intacct.sample_company import build
from mlc_sim.intacct.seed import plant
from mlc_sim.process import serve


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="mlc_sim.intacct", description="A Sage Intacct gateway on loopback."
    )
    parser.add_argument("--state", type=Path, required=True, help="the SQLite file; made when absent")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency-ms", type=float, default=0, help="added to each request")
    parser.add_argument("--function-ms", type=float, default=0, help="added to each function")
    parser.add_argument(
        "--sample-company", action="store_true", help="seed the sample company unless it is there"
    )
    parser.add_argument("--die-with-parent", action="store_true", help="end when standard input ends")
    options = parser.parse_args()
    make = make_app(
        options.state, latency=options.latency_ms / 1000, function_latency=options.function_ms / 1000
    )

    def make_planted(url: str) -> IntacctApp:
        app = make(url)
        if options.sample_company:
            _plant_sample(app)
        return app

    serve(make_planted, port=options.port, die_with_parent=options.die_with_parent)


def _plant_sample(app: IntacctApp) -> None:
    seed = build()
    with app.admin.lanes.enter() as store:
        if store.find_company(seed["company"]["id"]) is None:
            plant(seed, store, app.admin.clock())


if __name__ == "__main__":
    main()
