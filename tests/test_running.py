"""`sharewell run`: one command serves, a second learns where, a killed worker is replaced."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharewell.config.running import free_port

PATIENCE = 120  # seconds; a busy machine is no fault of the code


def wait(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


class Server:
    """`sharewell run --demo` on a data folder of its own, as a person starts it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.output = folder / "output"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHAREWELL_", "DJANGO_"))}
        self.values = {
            **kept,
            "DATABASE_URL": "",
            "SHAREWELL_DATA": str(folder / "data"),
            "SHAREWELL_LISTEN": f"127.0.0.1:{self.port}",
        }
        self.command = [sys.executable, "-m", "sharewell", "run", "--demo"]
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                self.command, env=self.values, stdout=file, stderr=subprocess.STDOUT
            )

    def says(self, text: str) -> bool:
        """Tell whether it has printed this."""
        assert self.process.poll() is None, self.output.read_text()
        return text in self.output.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask for a page; return the status and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()

    def workers(self) -> list[int]:
        """The processes that work deliveries."""
        mine = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in mine.split()}
        return [int(pid) for pid, said in words.items() if said.endswith(b"sharewell\0work\0")]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that is stopped at the end, whatever happened."""
    found = Server(tmp_path)
    yield found
    found.process.terminate()
    assert found.process.wait(PATIENCE) == 0
    assert found.output.read_text().endswith("sharewell: stopped\n")
    with pytest.raises(ConnectionRefusedError):
        found.get("/")


def test_one_command_serves_and_a_second_learns_where(server: Server) -> None:
    wait(lambda: server.says("Stop it with control-C."))
    assert server.says(f"Sharewell is at http://localhost:{server.port}")
    assert "@northgate.example" in server.output.read_text()
    status, page = server.get("/accounts/login/")
    assert status == 200
    sheet = page.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert server.get(sheet)[0] == 200, f"the page's style {sheet} is not served"

    second = subprocess.run(
        server.command, env=server.values, capture_output=True, text=True, check=False
    )
    assert second.returncode == 0
    assert f"already running at http://localhost:{server.port}" in second.stdout

    (worker,) = server.workers()
    os.kill(worker, signal.SIGKILL)
    wait(lambda: server.says("the worker ended; starting it again"))
    wait(lambda: server.workers() not in ([], [worker]))
