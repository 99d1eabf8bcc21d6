"""Chains: the order, its confirmations, notices and invoices, found by any number that one of them has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector.app.documents import Documents
from ml_connector.app.results import DocumentLine
from ml_connector.edi import NotReadable
from ml_connector.flows.reading import DocumentReader
from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.orders import ExpectedGoods
from ml_connector.records.posting import StoredPosting
from ml_connector.records.references import Reference, ReferenceKind
from ml_connector.store import Store, Work
from ml_connector.store.references import fold

_MOST: Final = 100  # documents; an interchange may have thousands
_IN_TURN: Final = ("850", "860", "855", "865", "856", "810", "880", "812", "820")
_BETWEEN: Final[Sequence[ReferenceKind]] = ("invoice", "shipment")  # what documents name of each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A transaction in Intacct whose goods an invoice is for."""

    document_id: str
    by: str  #: who says that the goods are here


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedDocument:
    """A document in its chain, with every number it goes by."""

    line: DocumentLine
    control_numbers: tuple[str, ...]  #: of interchange, group and set; none where it cannot be read any more
    references: tuple[Reference, ...]
    control_id: str  #: under which it was sent to Intacct or is to be sent; empty where it is not
    intacct_keys: tuple[str, ...]
    receipts: tuple[Receipt, ...]
    expected: tuple[ExpectedGoods, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What names one order, in the order of trade."""

    order: str  #: empty for documents that name none
    documents: tuple[TracedDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Every chain that a number leads to. One that names several orders stands in the chain of each."""

    text: str
    chains: tuple[Chain, ...]
    is_cut: bool  #: there are more documents than these


class Traces:
    def __init__(self, store: Store) -> None:
        self._store = store

    def trace(self, link: str, text: str, *, company: str) -> Trace:
        """What belongs together with whatever goes by this text: a number of an order, invoice, shipment or payment,
        whatever its case and punctuation; a control number or control id, a document key, an Intacct key, a file's name.
        """
        with self._store.look() as work:
            follower = _Follower(work, link)
            follower.begin(text)
            follower.go_on(_BETWEEN)
            follower.go_on(("order",))
            follower.go_on(_BETWEEN)
            ids = list(follower.documents)
            postings = work.postings.newest(ids, reasons=False)
            comparisons = work.matches.get(ids)
            found = work.references.get_found(ids)
        lines = Documents(self._store).describe(list(follower.documents.values()), company=company)
        numbers = self._read_control_numbers(follower.documents)
        traced = [
            _describe(
                line,
                numbers[line.id],
                follower.references[line.id],
                postings.get(line.id),
                comparisons.get(line.id, Comparison()),
            )
            for line in lines
        ]
        chains = _leave_out_repeated(_group(traced, follower.documents), found)
        return Trace(text=text, chains=chains, is_cut=follower.is_cut)

    def _read_control_numbers(self, found: Mapping[int, StoredDocument]) -> dict[int, tuple[str, ...]]:
        with self._store.look() as work:
            files = work.files.get({document.file_id for document in found.values()})
        readers = {id_: DocumentReader(self._store.open_payload(file.sha256)) for id_, file in files.items()}
        return {id_: _read_numbers(readers[each.file_id], each) for id_, each in found.items()}


class _Follower:
    """Goes from document to document by the numbers they name, as long as they are of the same trade."""

    def __init__(self, work: Work, link: str) -> None:
        self._work = work
        self._link = link
        self.documents: dict[int, StoredDocument] = {}
        self.references: dict[int, tuple[Reference, ...]] = {}
        self.is_cut = False

    def begin(self, text: str) -> None:
        """Those that go by the text themselves."""
        named = [document.id for document in self._work.documents.find(self._link, text)]
        if not text.startswith("#"):
            named += self._work.references.find(self._link, [text], most=_MOST + 1)
            named += self._work.references.find_elsewhere(self._link, text, most=_MOST + 1)
        if not named:
            named += self._work.references.find_by_key(self._link, text, most=_MOST + 1)
        self._add(self._work.documents.get(dict.fromkeys(named)).values())

    def go_on(self, kinds: Sequence[ReferenceKind]) -> None:
        """Those that share a number of these kinds with one that is there."""
        holders: dict[str, list[StoredDocument]] = {}
        for id_, references in self.references.items():
            for reference in references:
                if reference.kind in kinds:
                    holders.setdefault(fold(reference.number), []).append(self.documents[id_])
        most = _MOST + len(self.documents)
        ids = self._work.references.find(self._link, holders, kinds=kinds, most=most)
        self.is_cut = self.is_cut or len(ids) == most
        new = self._work.documents.get(set(ids) - self.documents.keys())
        named = self._work.references.get(new)
        self._add(
            document
            for id_, document in new.items()
            if any(
                _is_same_trade(document, holder)
                for reference in named[id_]
                for holder in holders.get(fold(reference.number), ())
            )
        )

    def _add(self, found: Iterable[StoredDocument]) -> None:
        for document in sorted(found, key=lambda each: each.id):
            if len(self.documents) < _MOST:
                self.documents[document.id] = document
            else:
                self.is_cut = True
        unknown = self.documents.keys() - self.references.keys()
        self.references |= dict.fromkeys(unknown, ()) | self._work.references.get(unknown)


def _is_same_trade(one: StoredDocument, other: StoredDocument) -> bool:
    """Whether two documents are of the same two companies: numbers of orders are anybody's."""
    if one.vendor and other.vendor:
        return one.vendor == other.vendor
    first, second = one.document, other.document
    named = bool(first.partner_name) and first.partner_name == second.partner_name
    return named or {first.sender, first.receiver} == {second.sender, second.receiver}


def _read_numbers(reader: DocumentReader, document: StoredDocument) -> tuple[str, ...]:
    try:
        transaction = reader.reread(document.document)
    except NotReadable:
        return ()
    group = transaction.group.control_number if transaction.group is not None else ""
    return transaction.interchange.control_number, group, transaction.control_number


def _describe(
    line: DocumentLine,
    numbers: tuple[str, ...],
    references: tuple[Reference, ...],
    stored: StoredPosting | None,
    comparison: Comparison,
) -> TracedDocument:
    matched = comparison.match.lines if comparison.match is not None else ()
    receipts = (Receipt(document_id=use.document_id, by=use.by) for each in matched for use in each.usages)
    earlier = stored.keys if stored is not None else ()
    return TracedDocument(
        line=line,
        control_numbers=numbers,
        references=references,
        control_id=stored.control_id if stored is not None else "",
        intacct_keys=tuple(dict.fromkeys(key for key in (*earlier, line.intacct_key) if key)),
        receipts=tuple(dict.fromkeys(receipts)),
        expected=comparison.expected,
    )


def _group(traced: Sequence[TracedDocument], stored: Mapping[int, StoredDocument]) -> tuple[Chain, ...]:
    chains: dict[str, list[list[TracedDocument]]] = {}  #: by order; the same number may be of several trades
    spelled: dict[str, str] = {}
    for each in sorted(traced, key=_place):
        orders = [reference.number for reference in each.references if reference.kind == "order"]
        for folded, order in {fold(order): order for order in orders or [""]}.items():
            spelled.setdefault(folded, order)
            chains[folded] = _join(chains.get(folded, []), each, stored)
    return tuple(
        Chain(order=spelled[folded], documents=tuple(sorted(documents, key=_place)))
        for folded, several in chains.items()
        for documents in several
    )


def _leave_out_repeated(
    chains: Sequence[Chain], found: Mapping[int, Sequence[Reference]]
) -> tuple[Chain, ...]:
    """The chains but those of a number that only Intacct has, where all their documents stand in another."""
    ids = [{each.line.id for each in chain.documents} for chain in chains]
    named = [any(_names(each, chain.order, found) for each in chain.documents) for chain in chains]
    kept = [own for own, is_named in zip(ids, named, strict=True) if is_named]
    return tuple(
        chain
        for chain, own, is_named in zip(chains, ids, named, strict=True)
        if is_named or not any(own <= other for other in kept)
    )


def _names(traced: TracedDocument, order: str, found: Mapping[int, Sequence[Reference]]) -> bool:
    """Whether a document names the order itself, or none where none is asked for."""
    more = found.get(traced.line.id, ())
    itself = {fold(each.number) for each in traced.references if each.kind == "order" and each not in more}
    return fold(order) in (itself or {""})


def _join(
    chains: list[list[TracedDocument]], traced: TracedDocument, stored: Mapping[int, StoredDocument]
) -> list[list[TracedDocument]]:
    """With the chains of its trade as one, else with a chain of its own."""
    own = stored[traced.line.id]
    joined, others = [traced], []
    for chain in chains:
        if any(_is_same_trade(own, stored[each.line.id]) for each in chain):
            joined += chain
        else:
            others.append(chain)
    return [*others, joined]


def _place(traced: TracedDocument) -> tuple[int, str, int]:
    """First by its turn in trade, then by its date."""
    code, date = traced.line.set_code, traced.line.date
    turn = _IN_TURN.index(code) if code in _IN_TURN else len(_IN_TURN)
    return turn, date.isoformat() if date is not None else "", traced.line.id
