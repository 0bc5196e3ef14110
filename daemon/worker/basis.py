"""What a run's script stands on: the version before it, and what was asked for."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from daemon.jobs.rows import JobRow, VersionRow, WishRow
from daemon.jobs.store import Store
from daemon.stages.recipe import Basis, Json, Order


class Bases:
    """What films' scripts stand on, by way of the job table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._editions = store.editions

    def based(self, order: Order, job: JobRow) -> Order:
        """The order with what was made of the film's script so far, and what was asked for."""
        current, wish = self._store.current_version(job.id), self._store.open_wish(job.id)
        basis = Basis() if current is None else self._basis(current, anew=self._store.chooses_anew(job.id))
        if wish:
            basis = replace(basis, wish=_wish(wish), hand=self._there(wish.sha256), edited_from=self._edited_from(job.id, wish))
        return replace(with_files(order, self._store, job.id), basis=basis, version=self._store.next_version(job.id))

    def _basis(self, current: VersionRow, *, anew: bool) -> Basis:
        base, written = self._there(current.screenplay), self._there(current.written)
        if base is None or written is None:  # the folder of versions was lost: the script begins anew
            return Basis(number=current.number)
        models = {} if anew else current.settings.get("models", {})
        return Basis(number=current.number, base=base, written=written, before=current.settings.get("characters", {}), models=models)

    def _edited_from(self, job_id: int, wish: WishRow) -> Path | None:
        """The version that a person edited, where it is known and there still."""
        rows = self._store.versions(job_id, limit=1, after=wish.number + 1, deleted=True).items if wish.number else ()
        return next((self._there(row.screenplay) for row in rows if row.number == wish.number), None)

    def _there(self, digest: str) -> Path | None:
        path = self._editions.path(digest) if digest else None
        return path if path and path.exists() else None


def with_files(order: Order, store: Store, job_id: int) -> Order:
    """The order with what lies next to the film: what we last wrote, or took in, may be written over; what could not be read back stays."""
    return replace(order, known=_paths(store.written(job_id) | store.taken_home(job_id)), refused=_paths(store.refused(job_id)))


def _paths(files: Mapping[bytes, str]) -> dict[Path, str]:
    return {Path(os.fsdecode(path)): digest for path, digest in files.items()}


def _wish(wish: WishRow) -> Json:
    return {"id": wish.id, "kind": wish.kind, "scene": wish.scene, "instructions": wish.instructions, "sha256": wish.sha256}
