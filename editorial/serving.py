"""The web server: granian, with the clock and the mail worker beside it in each of its processes."""

from __future__ import annotations

import gc
import logging
import resource
import socket
import time
from collections.abc import Callable

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from editorial import jobs
from editorial.app import create_app
from editorial.config import SettingsError
from editorial.web import visits

DRAIN_WITHIN = 8  # seconds from SIGTERM for the requests under way; what takes longer is undone by the database
CONNECTIONS = 2048  # that a process holds open at once; one that sends no whole header for 30 seconds is cut off
FILES = 2 * CONNECTIONS  # that it may have open for this: the usual 1,024 would turn readers away
GARBAGE = (20_000, 20, 50)  # objects until the young ones are looked through; rounds until the older and the oldest are


class OneLine(logging.Formatter):
    """A moment in UTC and one line an entry, whatever text a stranger made us log."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return " ⏎ ".join(super().format(record).splitlines())


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": OneLine}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"_granian": {}, "granian.access": {}},
}


def application() -> Flask:
    """What each process serves: the site, and what is due done beside it."""
    app = create_app()
    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again would cost every tenth page a pause
    gc.set_threshold(*GARBAGE)
    jobs.start(app)
    visits.of(app).settle_by_itself()
    return app


def serve(host: str, port: int, workers: int, threads: int, listening: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; calls `listening` once the address is ours, a moment before it answers.

    Raises SettingsError when the address is not to be had. Exits with 1 when the processes cannot stay up.
    """
    _try(host, port)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, FILES)), hard))
    server = Granian(
        "editorial.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_WITHIN,
    )
    server.on_startup(listening)
    gc.freeze()  # before the processes part, so that they go on sharing the memory of what is loaded
    server.serve(target_loader=application, wrap_loader=False)


def _try(host: str, port: int) -> None:
    """Ask for the address alone first: granian would share it with a server of its kind that is there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = error.strerror or str(error)
            raise SettingsError(
                f"{host}:{port} cannot be served on ({why}): stop what runs there, or choose another port."
            ) from error
