"""Where a result comes from: versions, commit, seed, machine, load."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from pipeline import __version__
from pipeline.contracts import Json

_PACKAGES = (
    "accelerate",
    "datasets",
    "evaluate",
    "huggingface-hub",
    "numpy",
    "peft",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "tokenizers",
    "torch",
    "transformers",
)


def packages() -> dict[str, str]:
    """Installed versions of what a result depends on."""
    return {name: importlib.metadata.version(name) for name in _PACKAGES}


def commit() -> str | None:
    """The commit of Graft's own sources, with ``+`` where they were changed since."""
    root = Path(__file__).parent.parent
    if not (root / ".git").exists():
        return None
    try:
        head = _git(root, "rev-parse", "HEAD")
        return f"{head}+" if _git(root, "status", "--porcelain") else head
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return done.stdout.strip()


def machine() -> Json:
    """What the figures were measured on; no name and no path of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gib": round(memory, 1),
        "accelerator": _accelerator(),
        "load": round(os.getloadavg()[0], 2),
    }


def _accelerator() -> str | None:
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return str(torch.cuda.get_device_name())


def record(*, seed: int, command: str, precision: str) -> Json:
    """Provenance of a run that starts now."""
    return {
        "graft": __version__,
        "python": platform.python_version(),
        "packages": packages(),
        "commit": commit(),
        "seed": seed,
        "command": command,
        "precision": precision,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
    }
