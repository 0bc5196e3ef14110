"""The states that a job can be in, and the stages that a film walks through."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. The legal moves between them are in ``daemon.jobs.moves``."""

    ARRIVING = "arriving"  # still being copied
    PENDING = "pending"  # waits its turn, or for ``not_before``
    PROCESSING = "processing"  # a stage runs
    HELD = "held"  # waits for something outside; goes on by itself
    PAUSED = "paused"  # a person stopped it
    COMPLETED = "completed"  # its script is published
    FAILED = "failed"  # has a reason and an advice; goes on when retried or when the file changes
    CANCELLED = "cancelled"  # by a person, or its source is gone
    IGNORED = "ignored"  # by name, pattern or kind of file


class Stage(StrEnum):
    """What is done to a film, in order."""

    PROBE = "probe"
    ANALYSE = "analyse"
    TRANSCRIBE = "transcribe"
    SKIPS = "skips"
    LOOK = "look"
    WRITE = "write"
    CONTINUITY = "continuity"
    REVISE = "revise"
    RENDER = "render"
    PUBLISH = "publish"


class HoldCause(StrEnum):
    """What a held job waits for. One cause holds any number of jobs, and is announced once."""

    OLLAMA = "ollama"  # nobody answers
    MODEL = "model"  # no installed model fits
    MEMORY = "memory"
    DISK = "disk"
    FOLDER = "folder"  # not mounted, not readable, not writable
    OVERRIDE = "override"  # a person's choices that cannot be read
    HOURS = "hours"  # heavy work does not begin at this time of day
