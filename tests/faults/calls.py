"""What a daemon and its stages ask of the disk, as strace saw it, and what of that a power cut would leave."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.faults.storm import Quick

TRACED = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,unlink,unlinkat"
LINE = re.compile(r"(?P<process>\d+) +(?:<\.\.\. )?(?P<name>\w+)(?:\(| resumed>)(?P<rest>.*)")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
OPENED = re.compile(r"\d+<([^>]+)>")


class Call(NamedTuple):
    """A system call that succeeded. ``rest`` has its arguments and its answer."""

    name: str
    rest: str

    @property
    def paths(self) -> list[Path]:
        return [Path(path) for path in PATH.findall(self.rest)]

    @property
    def file(self) -> Path:
        """The open file that is meant."""
        found = OPENED.match(self.rest)
        assert found, self
        return Path(found[1])


class Traced(Quick):
    """A daemon whose calls, and those of its stages, are written down."""

    @property
    def command(self) -> list[str]:
        strace = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-e", f"trace={TRACED}", "-e", "signal=none"]
        return [*strace, "-o", str(self.folder / "calls"), *super().command]

    def calls(self) -> Iterator[Call]:
        """In the order in which they ended."""
        begun: dict[str, str] = {}
        for line in (self.folder / "calls").read_text(errors="replace").splitlines():
            found = LINE.match(line)
            if not found:
                continue
            process, name, rest = found.groups()
            if rest.endswith("<unfinished ...>"):
                begun[process] = rest
            elif "= -1 " not in (whole := begun.pop(process, "") + rest):
                yield Call(name, whole)


class Disk:
    """Follows the calls as a disk would that keeps nothing but what was synced.

    ``loose`` are files and folders that changed since; ``names`` are names that were given in folders not synced since.
    """

    def __init__(self, aside: tuple[Path, ...]) -> None:
        self.loose = set[Path]()
        self.names = set[Path]()
        self._aside = aside

    def follow(self, call: Call) -> None:
        """Raises AssertionError where something takes its name that is not on the disk yet, outside of what is made ``aside``."""
        match call.name:
            case "openat" if "O_CREAT" in call.rest:
                self.loose |= {call.paths[0], call.paths[0].parent}
            case "write" | "pwrite64" if not call.file.name.startswith("#"):  # a file that never has a name
                self.loose.add(call.file)
            case "fsync" | "fdatasync":
                self.loose.discard(call.file)
                self.names = {name for name in self.names if name.parent != call.file}
            case "mkdir" | "mkdirat":
                self._name(call.paths[0])
            case "unlink" | "unlinkat":
                self.loose.discard(call.paths[0])
            case "link" | "linkat":
                self._check(*call.paths)
                self._name(call.paths[1])
            case "rename" | "renameat" | "renameat2":
                self._check(*call.paths)
                before, after = call.paths
                self.loose = {after / path.relative_to(before) if path.is_relative_to(before) else path for path in self.loose}
                self._name(after)

    def _check(self, before: Path, after: Path) -> None:
        half = {path for path in self.loose if path.is_relative_to(before)}
        assert not half or any(after.is_relative_to(folder) for folder in self._aside), f"{after} is not on the disk yet: {half}"

    def _name(self, path: Path) -> None:
        self.names.add(path)
        self.loose.add(path.parent)
