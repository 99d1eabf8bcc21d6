"""What every posting to the books is checked for: names, forms, choices, accounts, locations, open periods.

Required dimensions come from the flags of the account (documented); the texts are ours. Error numbers other than
BL03000018 and BL01001973 do not occur.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from mlc_sim.intacct.company_types import GLDIM, list_added
from mlc_sim.intacct.dimensions import DIMENSIONS, REQUIREMENTS, Books, refuse, report_missing
from mlc_sim.intacct.object_types import Kind
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import read_amount, read_date, write_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a header or line may hold, beside the fields the company added to its object."""

    object_name: str
    known: str  #: names of fields, with blanks between
    dates: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self, given: Fields, settings: Settings) -> list[Problem]:
        """Names, lengths, dates and choices: what needs no look at the company's records."""
        form = self._add_custom(settings)
        known = form.known.split()
        problems = [refuse(f"Invalid field {name} specified.") for name in given if name not in known]
        for name, value in given.items():
            problems += form._check_value(name, value, settings)  # noqa: SLF001 - itself, with more fields
        return problems

    def _check_value(self, name: str, value: str, settings: Settings) -> list[Problem]:
        problems = []
        longest = settings.lengths.get(name)
        if longest is not None and len(value) > longest:
            problems.append(
                report_missing(f"{name} has {len(value)} characters; at most {longest} are allowed.")
            )
        if name in self.dates and value and not is_date(value):
            problems.append(report_missing(f"Illegal format for {name}: '{value}' is no date MM/DD/YYYY."))
        choices = self.choices.get(name, (value,))
        if value and value not in choices:
            problems.append(refuse(f"Invalid value '{value}' for {name}; one of {', '.join(choices)}."))
        return problems

    def keep_dates(self, given: Fields, settings: Settings) -> dict[str, str]:
        """The same fields with their days as the store keeps them."""
        dates = self._add_custom(settings).dates
        return {
            name: read_date(value).isoformat() if name in dates and value else value
            for name, value in given.items()
        }

    def restore(self, kept: Fields, settings: Settings) -> dict[str, str]:
        """What was sent of a record that is kept, ready to be checked again with changes."""
        form = self._add_custom(settings)
        return {
            name: write_date(value) if name in form.dates else value
            for name, value in kept.items()
            if name in form.known.split()
        }

    def _add_custom(self, settings: Settings) -> "Form":
        added = list_added(self.object_name, settings)
        if not added:
            return self
        values = {name: kind for name, kind in added.items() if not isinstance(kind, Kind)}
        return replace(
            self,
            known=" ".join((self.known, *added)),
            dates=(*self.dates, *(name for name, kind in added.items() if kind is Kind.DATE)),
            choices={**self.choices, **values},
        )


def check_line(line: Fields, form: Form, books: Books, settings: Settings) -> list[Problem]:
    """A line of an amount on an account, with its dimensions."""
    problems = form.check(line, settings)
    problems += check_amount(line.get("TRX_AMOUNT", ""))
    problems += check_account(line, books)
    problems += check_dimensions(line, books)
    return problems + check_location(line.get("LOCATIONID", ""), books)


def check_dimensions(line: Fields, books: Books) -> list[Problem]:
    problems = []
    for name, (object_name, word) in DIMENSIONS.items():
        if line.get(name):
            problems += books.check(object_name, word, line[name])
    for name, value in line.items():
        if name.startswith(GLDIM) and value and not books.has_number(name.removeprefix(GLDIM), value):
            problems.append(refuse(f"Invalid {name} '{value}' specified."))
    return problems


def check_amount(text: str, name: str = "TRX_AMOUNT") -> list[Problem]:
    if not text:
        return [missing(name)]
    try:
        read_amount(text)
    except ValueError:
        return [report_missing(f"Illegal format for {name}: '{text}' is no amount.")]
    return []


def check_account(line: Fields, books: Books) -> list[Problem]:
    number = line.get("ACCOUNTNO", "")
    if not number:
        return [missing("ACCOUNTNO")]
    account = books.find("GLACCOUNT", number) or {}
    absent = [
        name for flag, name in REQUIREMENTS.items() if account.get(flag) == "true" and not line.get(name)
    ]
    return [
        *books.check("GLACCOUNT", "GL Account", number),
        *(report_missing(f"Account {number} requires a value for {name}.") for name in absent),
    ]


def check_location(location_id: str, books: Books) -> list[Problem]:
    if not books.company.entities:
        return []
    if not location_id:
        return [missing("LOCATIONID")]
    if books.entity and books.entity_of(location_id) != books.entity:
        return [refuse(f"Location '{location_id}' does not belong to entity '{books.entity}'.")]
    return []


def check_open(day: date, location_ids: Iterable[str], books: Books, settings: Settings) -> list[Problem]:
    """The books must be open in every entity that is posted to [inferred]."""
    entities = {"", books.entity, *(books.entity_of(location_id) for location_id in location_ids)}
    closed = [
        last for entity, last in settings.books_closed_through.items() if entity in entities and day <= last
    ]
    return [refuse(f"The period of {day:%m/%d/%Y} is closed.")] if closed else []


def wrap(object_name: str, verb: str = "create") -> Problem:
    """The general error that ends the list of a refused create (documented) or update."""
    return Problem(
        errorno="BL01001973",
        description2=f"Could not {verb} {object_name} record.",
        correction="Check the transaction for errors or inconsistencies, then try again.",
    )


def missing(name: str) -> Problem:
    return report_missing(f"Required field {name} is missing.")


def at_line(position: int, problem: Problem) -> Problem:
    return Problem(errorno=problem.errorno, description2=f"Line {position}: {problem.description2}")


def is_date(text: str) -> bool:
    try:
        read_date(text)
    except ValueError:
        return False
    return True
