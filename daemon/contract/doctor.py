"""What the doctor finds."""

from typing import Literal, TypeAlias

from daemon.contract.values import Frozen

Verdict: TypeAlias = Literal["ok", "warn", "bad"]


class Finding(Frozen):
    """One thing that was looked at: ``found`` in a sentence, ``advice`` on how to mend it. ``warn`` slows or limits, ``bad`` prevents."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


class Diagnosis(Frozen):
    """All of it. ``seen_by``: a shell sees other folders and has other rights than a daemon that runs as a service."""

    version: str
    seen_by: Literal["daemon", "command"]
    findings: tuple[Finding, ...] = ()
