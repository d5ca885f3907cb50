"""What runs by itself: due releases, mail, and what is to be forgotten. Any number of processes may do it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from flask import Flask, current_app
from sqlalchemy import func, select

from editorial import articles, outbox
from editorial.config import Settings
from editorial.db import db, now, writing
from editorial.feedback import ratings, reports
from editorial.models import Edition
from editorial.workflow import State

PAUSE = 1.0  # seconds between two looks
LATE = timedelta(seconds=60)


def run_due() -> None:
    """Do once what is due. Needs an application context."""
    release_due()
    deliver_due()
    forget_due()


def release_due() -> None:
    """Let out what is due. The writer's place is taken only when something is."""
    if _scheduled_before(timedelta()):
        with writing():
            articles.release_due()
    db.session.rollback()


def deliver_due() -> None:
    """Send the mail that is waiting."""
    outbox.deliver_due(cast(Settings, current_app.extensions["editorial"]))


def forget_due() -> None:
    """Let go of what readers left only for a time: who gave a rating, and the addresses for answers to reports."""
    if ratings.closing():
        with writing():
            ratings.close()
    if reports.forgetting():
        with writing():
            reports.forget()
    db.session.rollback()


def overdue() -> int:
    """How many scheduled texts should have been out a minute ago: more than none means that nobody runs the jobs."""
    return _scheduled_before(LATE)


class Running:
    """The threads that `start` began. A slow mail server holds no release back: each job has its own."""

    def __init__(self, app: Flask) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=_repeat, args=(app, job, self._stop), name=job.__name__, daemon=True)
            for job in (release_due, deliver_due, forget_due)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each job finish what it is at, and no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


def start(app: Flask) -> Running:
    """Do what is due beside a server, in threads of this process. They end with it."""
    outbox.check(app.extensions["editorial"])
    return Running(app)


def run(app: Flask) -> None:
    """Do what is due, and nothing else, until told to stop by SIGTERM or Ctrl+C."""
    told = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    running = start(app)
    told.wait()
    running.stop()


def _repeat(app: Flask, job: Callable[[], None], stop: threading.Event) -> None:
    """Do the job again and again. No failure ends it; a failure that stays is logged once, in one line."""
    said = ""
    while not stop.wait(PAUSE):
        try:
            with app.app_context():
                job()
            said = ""
        except Exception as error:  # whatever it was: the next round may find the database back
            failure = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
            if failure != said:
                app.logger.error("%s failed and will be tried again: %s", job.__name__, failure)
            said = failure


def _scheduled_before(late: timedelta) -> int:
    due = select(func.count()).where(Edition.state == State.SCHEDULED, Edition.release_at <= now() - late)
    return db.session.scalar(due) or 0
