"""What waits in line and what runs. The engine may forget everything: what stands here is what is to be done."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, select, update

from ml_connector.records.schedules import Job, JobKey, JobState
from ml_connector.store.holders import Holder
from ml_connector.store.tables import jobs

_LOST: Final = timedelta(minutes=1)
_OUTCOME: Final = 2000


class Jobs:
    def __init__(self, connection: Connection, *, holder: Holder, now: datetime) -> None:
        self._connection = connection
        self._holder = holder
        self._now = now

    def list(self) -> dict[JobKey, Job]:
        rows = self._connection.execute(select(jobs).order_by(jobs.c.link, jobs.c.kind)).mappings()
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

        One for each company, none for those that are `busy`; no more than `most` are on their way at a time.
        What was handed out and did not begin for so long is `lost`, and is handed out again.
        """
        reached = and_(jobs.c.state == JobState.WAITING, jobs.c.not_before <= self._now)
        query = (
            select(jobs).where(reached).order_by(jobs.c.not_before, jobs.c.rank, jobs.c.ended.nulls_first())
        )
        rows = self._connection.execute(query).mappings()
        waiting = [row for row in rows if JobKey(link=row["link"], kind=row["kind"]) in keys]
        under_way = [row for row in waiting if not self._is_lost(row, lost)]
        engaged = busy | {row["company"] for row in under_way}
        chosen: list[Job] = []
        for row in (row for row in waiting if self._is_lost(row, lost)):
            if len(under_way) + len(chosen) >= most:
                break
            if not row["company"] or row["company"] not in engaged:
                engaged |= {row["company"]}
                chosen.append(self._renew(row))
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
        running = select(jobs).where(jobs.c.state == JobState.RUNNING)
        found = [_read_job(row) for row in self._connection.execute(running).mappings()]
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

    def list_wanting(self) -> Mapping[str, int]:
        """For each company the first rank that waits for its turn now."""
        reached = and_(jobs.c.state == JobState.WAITING, jobs.c.not_before <= self._now, jobs.c.company != "")
        query = select(jobs.c.company, jobs.c.rank).where(reached).order_by(jobs.c.rank.desc())
        return {row.company: row.rank for row in self._connection.execute(query)}

    def _renew(self, row: RowMapping) -> Job:
        job = replace(_read_job(row), generation=row["generation"] + 1)
        renewed = update(jobs).where(_is(job.key))
        self._connection.execute(renewed.values(generation=job.generation, handed=self._now))
        return job

    def _is_lost(self, row: RowMapping, lost: timedelta) -> bool:
        handed: datetime | None = row["handed"]
        return handed is None or not self._now - lost < handed <= self._now

    def _is_over(self, job: Job) -> bool:
        return job.until is None or job.until <= self._now or self._holder.is_gone(job.holder)

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
