"""What waits in line and what runs. The engine may forget everything: what stands here is what is to be done."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, insert, select, update

from ml_connector.records.schedules import Job, JobKey, JobState
from ml_connector.store.holders import Holder
from ml_connector.store.tables import jobs
from ml_connector.store.types import UtcTime

_LOST: Final = timedelta(minutes=1)
_OUTCOME: Final = 2000

# Built once: every second asks them.
_ALL: Final = select(jobs).order_by(jobs.c.link, jobs.c.kind)
_RUNNING: Final = select(jobs).where(jobs.c.state == JobState.RUNNING)
_REACHED: Final = and_(jobs.c.state == JobState.WAITING, jobs.c.not_before <= bindparam("now", type_=UtcTime))
_WAITING: Final = (
    select(jobs.c.link, jobs.c.kind, jobs.c.company, jobs.c.handed)
    .where(_REACHED)
    .order_by(jobs.c.not_before, jobs.c.rank, jobs.c.ended.nulls_first())
)
_WANTING: Final = (
    select(jobs.c.link, jobs.c.kind, jobs.c.company, jobs.c.rank).where(_REACHED).order_by(jobs.c.rank.desc())
)


class Jobs:
    def __init__(self, connection: Connection, *, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._holder = holder
        self._is_gone = cache(holder.is_gone)  # to ask for each row would keep the other writers waiting
        self._now = now

    def list(self) -> dict[JobKey, Job]:
        rows = self._connection.execute(_ALL).mappings()
        return {job.key: job for job in map(_read_job, rows)}

    def queue(self, key: JobKey, *, company: str, rank: int) -> None:
        """Put it in line now, unless it runs. There is never more than one of a key in line."""
        place = {"company": company, "rank": rank, "state": JobState.WAITING, "not_before": self._now}
        standing = and_(_is(key), jobs.c.state != JobState.RUNNING)
        if self._connection.execute(update(jobs).where(standing).values(place)).rowcount:
            return
        if self._connection.execute(select(jobs.c.rank).where(_is(key))).first() is None:
            fresh = {"generation": 0, "holder": "", "attempts": 0, "outcome": ""}
            self._connection.execute(insert(jobs).values(link=key.link, kind=key.kind, **fresh, **place))

    def hand_out(
        self, keys: Collection[JobKey], *, busy: frozenset[str], most: int, lost: timedelta = _LOST
    ) -> tuple[Job, ...]:
        """Those of the keys to begin now, each a new generation: the longest waiting, then the first in rank.

        One for each company, none for those that are `busy`; no more than `most`. What was handed out and did not
        begin for so long is `lost`, and is handed out again.
        """
        engaged, free = set(busy), []
        for key, company, handed in self._list_waiting():
            if self._is_lost(handed, lost):
                free.append((key, company))
            else:
                engaged.add(company)
        chosen: list[Job] = []
        for key, company in free:
            if len(chosen) >= most:
                break
            if key in keys and (not company or company not in engaged):
                engaged.add(company)
                chosen.append(self._renew(key))
        return tuple(chosen)

    def claim(self, key: JobKey, generation: int, *, lease: timedelta) -> Job | None:
        """Begin it, as this process; None when it was begun already or this generation is not the last."""
        mine = {"holder": self._holder.name, "until": self._now + lease, "started": self._now}
        waiting = and_(_is(key), jobs.c.generation == generation, jobs.c.state == JobState.WAITING)
        if not self._connection.execute(
            update(jobs).where(waiting).values(state=JobState.RUNNING, **mine)
        ).rowcount:
            return None
        return _read_job(self._connection.execute(select(jobs).where(_is(key))).mappings().one())

    def keep(self, names: Collection[str], lease: timedelta) -> frozenset[str]:
        """Hold on to those of these runs that this process still has; their names."""
        rows = self._connection.execute(
            select(jobs).where(self._is_mine(), jobs.c.until > self._now)
        ).mappings()
        kept = [job for job in map(_read_job, rows) if job.run_name in names]
        for job in kept:
            self._connection.execute(update(jobs).where(_is(job.key)).values(until=self._now + lease))
        return frozenset(job.run_name for job in kept)

    def finish(self, job: Job, *, outcome: str, again: datetime | None) -> bool:
        """It ended; with `again` it waits for that time. False when it had been taken over."""
        values = {
            "state": JobState.IDLE if again is None else JobState.WAITING,
            "not_before": again or self._now,
            "holder": "",
            "until": None,
            "handed": None,
            "ended": self._now,
            "attempts": job.attempts + 1 if outcome else 0,
            "outcome": outcome[:_OUTCOME],
        }
        mine = and_(_is(job.key), jobs.c.generation == job.generation, self._is_mine())
        return self._connection.execute(update(jobs).where(mine).values(values)).rowcount == 1

    def put_back(self, job: Job, *, not_before: datetime) -> None:
        """It has to wait for its turn again; nothing when it had been taken over."""
        values = {
            "state": JobState.WAITING,
            "not_before": not_before,
            "holder": "",
            "until": None,
            "handed": None,
        }
        mine = and_(_is(job.key), jobs.c.generation == job.generation, self._is_mine())
        self._connection.execute(update(jobs).where(mine).values(values))

    def take_back(self) -> tuple[JobKey, ...]:
        """Put in line again what runs under a process that ended or gave no sign of life; which."""
        found = [_read_job(row) for row in self._connection.execute(_RUNNING).mappings()]
        ended = [job for job in found if self._is_over(job)]
        for job in ended:
            again = {
                "generation": job.generation + 1,
                "state": JobState.WAITING,
                "not_before": self._now,
                "holder": "",
                "until": None,
                "handed": None,
                "attempts": job.attempts + 1,
                "outcome": f"{job.holder} ended, or gave no sign of life, before it was done",
            }
            self._connection.execute(update(jobs).where(_is(job.key)).values(again))
        return tuple(job.key for job in ended)

    def list_wanting(self, keys: Collection[JobKey], *, company: str = "") -> Mapping[str, int]:
        """For a company, or for each, the first rank that waits for its turn now, of those of the keys.

        What is not configured any more would want its turn for ever.
        """
        asked = jobs.c.company == company if company else jobs.c.company != ""
        rows = self._connection.execute(_WANTING.where(asked), {"now": self._now})
        return {company: rank for link, kind, company, rank in rows if JobKey(link=link, kind=kind) in keys}

    def _list_waiting(self) -> Iterator[tuple[JobKey, str, datetime | None]]:
        """What may begin, the longest waiting first, each with its company and when it was handed out.

        There may be thousands, several times a second: no more is read of them.
        """
        for link, kind, company, handed in self._connection.execute(_WAITING, {"now": self._now}):
            yield JobKey(link=link, kind=kind), company, handed

    def _renew(self, key: JobKey) -> Job:
        renewed = update(jobs).where(_is(key))
        self._connection.execute(renewed.values(generation=jobs.c.generation + 1, handed=self._now))
        return _read_job(self._connection.execute(select(jobs).where(_is(key))).mappings().one())

    def _is_lost(self, handed: datetime | None, lost: timedelta) -> bool:
        return handed is None or not self._now - lost < handed <= self._now

    def _is_over(self, job: Job) -> bool:
        return job.until is None or job.until <= self._now or self._is_gone(job.holder)

    def _is_mine(self) -> ColumnElement[bool]:
        return and_(jobs.c.holder == self._holder.name, jobs.c.state == JobState.RUNNING)


def _is(key: JobKey) -> ColumnElement[bool]:
    return and_(jobs.c.link == key.link, jobs.c.kind == key.kind)


def _read_job(row: RowMapping) -> Job:
    return Job(key=JobKey(link=row["link"], kind=row["kind"]), **dict(_take_values(row)))


def _take_values(row: RowMapping) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name not in {"link", "kind", "handed", "state"}:
            yield name, value
    yield "state", JobState(row["state"])
