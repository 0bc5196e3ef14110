"""A machine's files: this one's own under a layer that takes every change. ``python -m tests.faults.layer FOLDER COMMAND…`` lays it over
``FOLDER``, in whose mount namespace it is called, furnishes it, and becomes the command.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2]
BORROWED = "opt/borrowed"  # where this Python, its packages and Reelscribe's are bound in
PROGRAM = f"""#!/bin/sh
export PYTHONPATH=/{BORROWED}/packages:/{BORROWED}/source PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH=/{BORROWED}/python/lib  # where this Python's own library lies, if it has one
exec /{BORROWED}/python/bin/python3.{sys.version_info.minor} -P -c 'from tui.cli import main; main()' "$@"
"""


def main(folder: str, *command: str) -> None:
    """Never comes back."""
    _furnish(_laid_over(Path(folder)))
    os.execvp(command[0], command)


def _laid_over(folder: Path) -> Path:
    _run("mount", "-t", "tmpfs", "none", str(folder))
    upper, work, root = (folder / name for name in ("upper", "work", "root"))
    for each in (upper, work, root):
        each.mkdir()
    _run("mount", "-t", "overlay", "none", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", str(root))
    return root


def _furnish(root: Path) -> None:
    """A user anna, and Reelscribe's units and program where the installer puts them."""
    units = root / "etc/systemd/system"
    for folder in (units, root / "etc/reelscribe", root / "opt/reelscribe"):  # nothing of this machine's own is started
        shutil.rmtree(folder, ignore_errors=True)
    units.mkdir(parents=True)
    for unit in (SOURCE / "systemd").glob("reelscribe*@.*"):
        shutil.copy(unit, units)
    (root / "etc/machine-id").write_text("")
    (root / "etc/fstab").write_text("")
    _run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/sh", "anna")
    program = root / "opt/reelscribe/bin/reelscribe"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM)
    program.chmod(0o755)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
