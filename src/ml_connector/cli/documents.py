"""`ml-connector documents`: look at documents, and decide about them by hand."""

from datetime import datetime
from typing import Annotated

import typer

from ml_connector.cli import commands, deciding
from ml_connector.cli.options import DEFAULT_CONFIG, AsJson, By, Config, LinkName, Yes

documents = typer.Typer(
    no_args_is_help=True, help="Look at documents: what came of them, and why; and decide about them."
)

Text = Annotated[str, typer.Argument(help="A document key, row number, invoice number or Intacct key.")]
Chosen = Annotated[
    str, typer.Argument(help="A document key, row number or invoice number; or none, and options instead.")
]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; it goes into the audit trail.")]
AsThen = Annotated[
    bool,
    typer.Option("--as-then", help="Show one document as it was planned then, beside today; do nothing."),
]
OfStatus = Annotated[str, typer.Option("--status", help="Only those in this state, such as held.")]
OfPartner = Annotated[str, typer.Option("--partner", help="Only those of this partner.")]
OfNeed = Annotated[str, typer.Option("--need", help="Only those held on it: a need, or a kind of needs.")]
OfNumber = Annotated[str, typer.Option("--number", help="Only those of this number; * stands for any text.")]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only those dated then or later.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Only those dated then or before.")
]


@documents.command("list", epilog="Example: ml-connector documents list --status held")
def list_documents(
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    status: OfStatus = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 500,
    as_json: AsJson = False,
) -> None:
    """List documents, oldest first."""
    raise typer.Exit(commands.list_documents(config, link, status=status, limit=limit, as_json=as_json))


@documents.command(
    "show", epilog="Examples: ml-connector documents show INV-1001  ·  ml-connector documents show 12"
)
def show_document(
    text: Text, config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False
) -> None:
    """Show everything about a document: where it came from, what it waits for, what was sent, its audit trail."""
    raise typer.Exit(commands.show_document(config, link, text, as_json=as_json))


@documents.command("explain", epilog="Example: ml-connector documents explain INV-1001")
def explain_document(
    text: Text, config: Config = DEFAULT_CONFIG, link: LinkName = "", as_json: AsJson = False
) -> None:
    """Say of each value of a posting why it is what it is, and how a document compares with its orders."""
    raise typer.Exit(commands.explain_document(config, link, text, as_json=as_json))


def _offer(verb: deciding.Verb, what: str, *examples: str) -> None:
    """A command that decides about one document, or about all that a filter chooses."""
    label = "Example" if len(examples) == 1 else "Examples"
    said = "  ·  ".join(f"ml-connector documents {example}" for example in examples)

    @documents.command(verb, help=what, epilog=f"{label}: {said}")
    def decide_documents(  # noqa: PLR0913, PLR0917  # typer takes each option as an argument
        text: Chosen = "",
        reason: Reason = "",
        by: By = "",
        yes: Yes = False,
        status: OfStatus = "",
        partner: OfPartner = "",
        need: OfNeed = "",
        number: OfNumber = "",
        since: Since = None,
        until: Until = None,
        config: Config = DEFAULT_CONFIG,
        link: LinkName = "",
        as_json: AsJson = False,
    ) -> None:
        which = deciding.Which(text, status, partner, need, number, since, until)
        deciding.decide(verb, which, deciding.How(config, link, reason, by, yes, as_json))


_offer(
    "release",
    "Let held documents be decided again with the next run, also those that Intacct has refused.",
    'release INV-1001 --reason "period open again"',
    'release --need refused --partner "Ironvale Steel" --reason "mended"',
)
_offer("reject", "Say that held documents are not to be booked.", 'reject INV-1001 --reason "booked by hand"')
_offer(
    "reopen",
    "Let documents be decided again that were rejected, filed or taken for duplicates, by the same checks as ever.",
    'reopen INV-1001 --reason "rejected by mistake"',
)

_offer(
    "accept",
    "Say that posted documents which were edited in Intacct are right as they are there.",
    'accept INV-1001 --reason "freight was moved to another bill"',
)


@documents.command(
    "replay",
    epilog='Examples: ml-connector documents replay --partner "Ironvale Steel" --since 2026-11-01 --reason "rules mended"'
    "  ·  ml-connector documents replay INV-1001 --as-then",
)
def replay_documents(  # noqa: PLR0913, PLR0917  # typer takes each option as an argument
    text: Chosen = "",
    as_then: AsThen = False,
    reason: Reason = "",
    by: By = "",
    yes: Yes = False,
    status: OfStatus = "",
    partner: OfPartner = "",
    need: OfNeed = "",
    number: OfNumber = "",
    since: Since = None,
    until: Until = None,
    config: Config = DEFAULT_CONFIG,
    link: LinkName = "",
    as_json: AsJson = False,
) -> None:
    """Show what would become of documents today, then let them be decided again. What is posted or on its way stays.

    With --as-then: plan one document with the rules, settings and reference it was planned with, and show how it
    would differ today. That changes nothing.
    """
    if as_then:
        raise typer.Exit(commands.compare_with_then(config, link, text, as_json=as_json))
    which = deciding.Which(text, status, partner, need, number, since, until)
    deciding.decide("replay", which, deciding.How(config, link, reason, by, yes, as_json))
