"""Works on a job table until it is killed; says each thing once it is committed, one JSON document a line."""

import json
import sys
from pathlib import Path

from daemon.contract.states import JobState, Stage
from daemon.jobs.store import Facts, Store

FACTS = Facts(1, 2, 3, 4, 5)


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def work(store: Store) -> None:
    """Film after film, from arrival to completion."""
    number = 0
    while True:
        number += 1
        job = store.arrive(b"/in/%d \xff.mp4" % number, b"/in", FACTS, "screenplay")
        say(job=job, state="arriving")
        store.settled(job, FACTS)
        say(job=job, state="pending")
        store.claim(0)
        say(job=job, state="processing")
        for stage in (Stage.PROBE, Stage.ANALYSE):
            run = store.stage_started(job, stage, f"{stage}-{job}")
            say(job=job, state="processing", stage=stage)
            store.stage_ended(run, "done")
        store.published(job, 1, [(b"/in/%d.md" % number, "md", "digest")])
        store.complete(job, "stamp")
        say(job=job, state="completed", version=1)


def stand_in_the_middle(store: Store) -> None:
    """Three films in one commit that never comes."""
    with store.together():
        for number in range(3):
            job = store.arrive(b"/in/%d" % number, b"/in", FACTS, "screenplay")
            store.move(job, JobState.PENDING)
        say(inside=True)
        sys.stdin.read()


if __name__ == "__main__":
    opened = Store.open(Path(sys.argv[1]))
    {"work": work, "middle": stand_in_the_middle}[sys.argv[2]](opened)
