"""How soon `udha run` is ready, and how much memory it holds then."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from benchmarks.marks import letters
from benchmarks.report import Report

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
UDHA = Path(sys.executable).with_name("udha")
PATIENCE = 120.0


@dataclass(frozen=True)
class Start:
    """One start of the program."""

    seconds: float
    mebibytes: float


def run(report: Report) -> None:
    """Start twice on fresh content: without a cache, and with the first start's."""
    report("Starting `udha run`")
    with TemporaryDirectory() as folder:
        environ = _environment(Path(folder))
        first, again = _start(environ), _start(environ)
    report.value("ready, the content seen for the first time", first.seconds, "s")
    report.value("ready, as on every later start", again.seconds, "s", below=4)
    report.value("memory when ready", max(first.mebibytes, again.mebibytes), "MiB", below=256)


def _environment(folder: Path) -> Mapping[str, str]:
    copytree(CONTENT, folder / "content")
    # Content from which nobody has learned: with one more way of asking.
    topic = folder / "content" / "faq" / "about.yaml"
    text = topic.read_text("utf-8")
    before = "    asked:\n      sq:\n"
    topic.write_text(text.replace(before, f"{before}        - prove {letters()}\n", 1), "utf-8")
    return os.environ | {
        "UDHA_PORT": str(free_port()),
        "UDHA_DATABASE_URL": f"sqlite:///{folder}/udha.db",
        "UDHA_KNOWLEDGE": str(folder / "content"),
        "UDHA_SECRET_KEY": "benchmark " * 4,
    }


def _start(environ: Mapping[str, str]) -> Start:
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen([UDHA, "run"], env=environ, stdout=quiet, stderr=quiet) as program:
        try:
            _until_ready(int(environ["UDHA_PORT"]), program, began)
            return Start(time.perf_counter() - began, _resident(program.pid))
        finally:
            program.terminate()


def _until_ready(port: int, program: subprocess.Popen[bytes], began: float) -> None:
    while time.perf_counter() - began < PATIENCE:
        if _is_ready(port):
            return
        if program.poll() is not None:
            raise SystemExit("`udha run` ended before it was ready")
        time.sleep(0.01)
    raise SystemExit(f"`udha run` was not ready within {PATIENCE:.0f} seconds")


def _is_ready(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        asking.request("GET", "/readyz")
        return asking.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        asking.close()


def _resident(pid: int) -> float:
    """Memory held by a process, in MiB, as Linux counts it."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
