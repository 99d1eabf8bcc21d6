"""Hold and release: what is held goes by itself once what it waited for is there, and exactly that."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml_connector.flows.run import Basis
from ml_connector.mapping.keys import spell_keys
from ml_connector.store import Work
from ml_connector.store.releases import Code, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Plannable:
    """What is to be decided now."""

    ids: Sequence[int]  #: the first to be paid first
    version: int  #: of the company's reference
    mark: Mark  #: what every held document will have been looked at up to, once these are decided


def list_plannable(basis: Basis) -> Plannable | None:
    """The documents to be decided now: those just read, and those held whose grounds have changed.

    A document that was refused by Intacct, or ever sent, is never among them by itself: that is for a person. None
    before anything is known of Intacct.
    """
    link = basis.link
    with basis.store.begin() as work:
        reference = work.reference.newest(link.company)
        rules = work.rules.find_newest(link.name)
        if reference is None or rules is None:
            return None
        ids = work.releases.list_due(
            link.name,
            link.company,
            reference=reference[0],
            files=rules.files,
            codes=_list_codes(work, link.name, link.rules_version),
        )
    mark = Mark(reference=reference[0], rules=link.rules_version)
    return Plannable(ids=ids, version=reference[0], mark=mark)


def has_news(basis: Basis, work: Work) -> bool:
    """Whether anything documents rest on has changed since all that are held were looked at."""
    newest = work.reference.newest(basis.link.company)
    mark = work.releases.read_mark(basis.link.name)
    return newest is not None and mark != Mark(reference=newest[0], rules=basis.link.rules_version)


def _list_codes(work: Work, link: str, upto: int) -> list[Code]:
    """What has begun or ended among the cross-references since the held documents were last looked at."""
    after = work.releases.read_mark(link).rules
    return [
        Code(kind=kind, name=name, partner=stored.xref.partner, version=version)
        for stored in work.xref.list_changes(link, after=after, upto=upto)
        for kind, name in spell_keys(stored.xref)
        for version in (stored.valid_from, stored.valid_to)
        if version is not None and after < version <= upto
    ]


def note_looked_at(basis: Basis, plannable: Plannable) -> None:
    """Once all of it was decided: what changed up to here need not be compared with held documents again."""
    with basis.store.begin() as work:
        work.releases.set_mark(basis.link.name, plannable.mark)
