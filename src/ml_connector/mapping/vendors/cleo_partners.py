"""Lists of partners out of Cleo are read, and each partner is compared with what we know. Intacct decides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, Self

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.answers import LONGEST_CODE, Question
from ml_connector.mapping.reference.delimited import BadLine, read_csv, read_json_lines
from ml_connector.mapping.reference.slice import VENDOR, Asked, Slice
from ml_connector.mapping.rules.rulebook import AnsweredVendor, Rules, VendorXref
from ml_connector.mapping.vendors.vendor_clues import EDI, normalise_name
from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus
from ml_connector.records.xref import CrossReference

Form = Literal["csv", "jsonl"]
#: What each column may be called; case does not count.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "alias", "partner"),
    "qualifier": ("edi_qualifier",),
    "id": ("edi_id",),
    "vendor": ("erp_key", "vendor_id", "vendor", "external_id"),
    "op": ("op",),
}
PARTNER: Final = "partner"  #: the kind of a need about a partner, and of the answer that names its vendor
_LONGEST: Final = 60


def read_partners(pieces: Iterable[bytes], *, form: Form) -> Iterator[JudgedPartner | PartnerFacts]:
    """The partners of a list, row by row; a row that cannot be used comes judged as bad, with line and cure.

    After a line that is no row at all nothing more can be read: that is said too.
    """
    rows = _read_objects(pieces) if form == "jsonl" else _read_table(pieces)
    try:
        for line, row in rows:
            found = _read_row(line, row)
            if found is not None:
                yield found
    except BadLine as error:
        yield _spoil(
            error.line, f"{error}; mend the line and send the file again, from here on nothing was read"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPartners:
    """What the rules say of partners, ready to be looked up."""

    codes: Mapping[str, frozenset[str]]  #: vendors by `qualifier/id`
    decided: Mapping[str, frozenset[str]]  #: the same, as people have answered for any partner
    senders: frozenset[str]
    names: frozenset[str]  #: normalised
    answers: Mapping[str, frozenset[str]]  #: vendors by the names people have answered, normalised

    @classmethod
    def of(cls, rules: Rules, answers: Iterable[CrossReference] = ()) -> Self:
        """`answers` are the cross-references that act; those of vendors are part of the rules already."""
        decided = [xref for xref in rules.vendors if isinstance(xref, AnsweredVendor) and not xref.partner]
        return cls(
            codes=_group_by_id(rules.vendors),
            decided=_group_by_id(decided),
            senders=frozenset(sender for partner in rules.partners for sender in partner.senders),
            names=frozenset(normalise_name(partner.name) for partner in rules.partners),
            answers={
                normalise_name(each.code): frozenset({each.target})
                for each in answers
                if each.kind == PARTNER
            },
        )


def _group_by_id(xrefs: Iterable[VendorXref]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for xref in xrefs:
        found.setdefault("/".join(xref.code.split("/")[-2:]), set()).add(xref.vendor)
    return {code: frozenset(vendors) for code, vendors in found.items()}


def name_need(facts: PartnerFacts) -> str:
    """How an unmatched partner is written as a need: `partner:Cragside/92/9`, or without name or EDI id."""
    return f"{PARTNER}:{'/'.join(part for part in (facts.name, facts.code) if part)}"


def ask_for_partner(facts: PartnerFacts) -> Question:
    """Which vendor is it? The answer is a cross-reference of its EDI id; of its name, where Cleo tells no id."""
    if facts.code:
        return Question(kind=VENDOR, partner="", code=facts.code, wanted="vendor")
    return Question(kind=PARTNER, partner="", code=facts.name[:LONGEST_CODE], wanted="vendor")


def judge_partner(
    facts: PartnerFacts, rules: KnownPartners, known: Slice
) -> tuple[JudgedPartner, CrossReference | None]:
    """How a partner fits, and the cross-reference it would make.

    Nothing acts by itself: a cross-reference waits for a person, and until then what Intacct and the rules say counts.
    """
    ours = _find_ours(facts, rules, known)
    if not facts.vendor:
        return _judge_unclaimed(facts, rules, ours), None
    vendor = known.get(Vendor, facts.vendor)
    is_new = bool(facts.code) and facts.vendor not in ours
    others = sorted(ours - {facts.vendor})
    if vendor is None or (is_new and vendor.status != "active"):
        return _judge_unusable(
            facts, "not in Intacct" if vendor is None else "not active in Intacct", others
        ), None
    if others:
        return _judge_conflict(facts, others), _refer(facts) if facts.code else None
    if is_new:
        reason = f"{facts.code} is to be vendor {facts.vendor} {vendor.name}; approve or decline the cross-reference"
        return _judge(facts, PartnerStatus.PREPARED, reason), _refer(facts)
    if facts.name and normalise_name(facts.name) != normalise_name(vendor.name):
        reason = f"Cleo calls vendor {facts.vendor} {facts.name}, Intacct {vendor.name}, which counts; correct Cleo"
        return _judge(facts, PartnerStatus.CONFLICT, reason), None
    return _judge(facts, PartnerStatus.MATCHED), None


def list_asked(facts: PartnerFacts) -> Iterator[Asked]:
    """What must be known of Intacct to judge a partner."""
    if facts.vendor:
        yield VENDOR, facts.vendor
    if facts.code:
        yield VENDOR, f"{EDI}{facts.code}"


def _judge_unclaimed(facts: PartnerFacts, rules: KnownPartners, ours: frozenset[str]) -> JudgedPartner:
    if ours or facts.code in rules.senders or normalise_name(facts.name) in rules.names:
        return _judge(facts, PartnerStatus.MATCHED)
    reason = "neither a vendor in Intacct nor a [[partner]] of the rules answers to it; add one, or name its vendor here or in Cleo"
    return _judge(facts, PartnerStatus.UNMATCHED, reason)


def _judge_conflict(facts: PartnerFacts, others: Sequence[str]) -> JudgedPartner:
    said = f"by Cleo {facts.code or facts.name} is vendor {facts.vendor}, by what we know it is {', '.join(others)}, "
    cure = "if Cleo is right, approve the cross-reference, which counts from then on, else decline it"
    if not facts.code:
        cure = "correct Cleo, or decline the cross-reference of the name if Cleo is right"
    return _judge(facts, PartnerStatus.CONFLICT, f"{said}which counts; {cure}")


def _judge_unusable(facts: PartnerFacts, state: str, others: Sequence[str]) -> JudgedPartner:
    """Cleo names a vendor that cannot be meant: a conflict where we know better, else nobody answers to it."""
    said = f"Cleo names vendor {facts.vendor}, which is {state}; "
    if others:
        reason = f"{said}by what we know it is {', '.join(others)}, which counts; correct Cleo"
        return _judge(facts, PartnerStatus.CONFLICT, reason)
    return _judge(
        facts, PartnerStatus.UNMATCHED, f"{said}mend it there, correct Cleo, or name another vendor"
    )


def _find_ours(facts: PartnerFacts, rules: KnownPartners, known: Slice) -> frozenset[str]:
    """The vendors it leads to without Cleo's word: by what a person has answered for its EDI id, else by Intacct
    itself, else by cross-references.

    Without an EDI id, what a person has answered to its name.
    """
    if not facts.code:
        return rules.answers.get(normalise_name(facts.name), frozenset())
    if facts.code in rules.decided:
        return rules.decided[facts.code]
    found = frozenset(vendor.vendor_id for vendor in known.find(Vendor, f"{EDI}{facts.code}"))
    return found or rules.codes.get(facts.code, frozenset())


def _refer(facts: PartnerFacts) -> CrossReference:
    return CrossReference(kind=VENDOR, partner="", code=facts.code, target=facts.vendor)


def _judge(facts: PartnerFacts, status: PartnerStatus, reason: str = "") -> JudgedPartner:
    return JudgedPartner(facts=facts, status=status, reason=reason)


def _spoil(line: int, reason: str) -> JudgedPartner:
    facts = PartnerFacts(origin="file", key=f"line {line}", name="", line=line)
    return _judge(facts, PartnerStatus.BAD, reason)


def _read_objects(pieces: Iterable[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in read_json_lines(pieces):
        columns = _find_columns(list(row))
        yield line, {field: list(row.values())[place].strip() for field, place in columns.items()}


def _read_table(pieces: Iterable[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Raises BadLine also for a table without a column we know."""
    begin, pieces = _peek(pieces)
    rows = read_csv(pieces, guarded=True, delimiter=max(",;\t", key=begin.count))
    _, header = next(rows, (1, ()))
    columns = _find_columns(header)
    if "id" not in columns and ("name" not in columns or "vendor" in columns):
        raise BadLine("a list of partners has the columns name, edi_qualifier and edi_id", line=1)
    for line, row in rows:
        if len(row) != len(header):
            yield (
                line,
                {"problem": f"{len(row)} values for {len(header)} columns; quote values that hold a comma"},
            )
        else:
            yield line, {field: row[place].strip() for field, place in columns.items()}


def _peek(pieces: Iterable[bytes]) -> tuple[str, Iterable[bytes]]:
    """The first line as far as the first piece has it, and all pieces still."""
    walk = iter(pieces)
    first = next(walk, b"")
    return first.split(b"\n", 1)[0].decode("utf-8", "replace"), chain([first], walk)


def _find_columns(header: Sequence[str]) -> dict[str, int]:
    places = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    found = {}
    for field, names in COLUMNS.items():
        place = next((places[name] for name in names if name in places), None)
        if place is not None:
            found[field] = place
    return found


def _read_row(line: int, row: Mapping[str, str]) -> PartnerFacts | JudgedPartner | None:
    """None for a row that says that something is no more, and for one that says nothing we could use."""
    if "problem" in row:
        return _spoil(line, row["problem"])
    if row.get("op", "").casefold() == "delete":
        return None
    name, vendor, id_ = row.get("name", ""), row.get("vendor", ""), row.get("id", "")
    code = f"{row['qualifier']}/{id_}" if row.get("qualifier") and id_ else id_
    if code and "/" not in code:
        return _spoil(
            line, f"the EDI id {id_[:_LONGEST]} has no qualifier; fill the column edi_qualifier, such as 92"
        )
    if not name and not code:
        return _spoil(line, "it names no partner; fill the column name, or edi_qualifier and edi_id")
    if len(vendor) > _LONGEST or len(code) > _LONGEST:
        return _spoil(line, f"an id is longer than {_LONGEST} characters; correct it in Cleo")
    key = code or f"name {normalise_name(name)}"
    return PartnerFacts(origin="file", key=key[:200], name=name, code=code, vendor=vendor, line=line)
