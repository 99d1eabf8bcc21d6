"""The demo: two simulators on loopback, EDI files dropped by partners, and the connector between them.

First invoices become bills; then an order goes all the way to its invoice. Everything lies in one folder and stays
there, so a second run meets what the first has left.
"""

import argparse
import sys
from pathlib import Path

from bills import show_bills, show_own_files
from chain import show_chain

_PARTS = ("bills", "orders")


def main() -> int:
    """Run the demo; returns the exit status of the line, or of the balance."""
    options = _read_options()
    if options.edi:
        return _show_own_files(options.folder / "own-files", options.edi)
    bills, orders = options.folder, options.folder / "orders"
    status = 0
    if "bills" in options.part:
        status = show_bills(bills)
    if "orders" in options.part:
        show_chain(orders)
    if "bills" in options.part:
        _say_how_to_look(bills, *_name_commands("IS-204411"))
    if "orders" in options.part:
        _say_how_to_look(orders, "trace PO-88215", "documents explain OP-S331", "documents show OP-90500")
    return status


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Show EDI documents become records in Intacct, on simulators."
    )
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where everything is kept")
    parser.add_argument("--part", choices=_PARTS, nargs="+", default=_PARTS, help="only this part")
    parser.add_argument(
        "--edi", type=Path, help="a folder with EDI files of your own; they go over a link in test mode"
    )
    options = parser.parse_args()
    if options.edi and not options.edi.is_dir():
        parser.error(f"{options.edi} is no folder")
    return options


def _show_own_files(folder: Path, edi: Path) -> int:
    files = sorted(path for path in edi.rglob("*") if path.is_file())
    if not files:
        print(f"no files in {edi}", file=sys.stderr)
        return 2
    status = show_own_files(folder, files)
    print(f"\nYour partners, vendors and rules belong into {folder}/rules; then run it again.")
    _say_how_to_look(folder, *_name_commands("'#1'"))
    return status


def _name_commands(one: str) -> tuple[str, ...]:
    """What there is to see, and of one document."""
    return (
        "documents list --status held",
        "needs list",
        f"documents show {one}",
        f"documents explain {one}",
        "audit show document:1",
        "balance",
    )


def _say_how_to_look(folder: Path, *commands: str) -> None:
    print(f"\nEverything is kept in {folder}/. Look into it, in a shell of its own, with:\n  . {folder}/env")
    print("\n".join(f"  .venv/bin/ml-connector {command}" for command in commands), flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
