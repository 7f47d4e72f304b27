"""The process of partition loops: a Faust app as the shell, with its supervision and signals."""

import asyncio
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faust
import structlog
from mode import Service

from connectors.kafka.cluster import Cluster
from connectors.log.port import LogError
from pipeline.runtime.kafka.exits import POISON, STOPPED, TRY_AGAIN
from pipeline.runtime.kafka.garbage import look_seldom
from pipeline.runtime.kafka.loop import PartitionLoop

STOP_WITHIN_S = 15.0
_log = structlog.get_logger(__name__)


def run_app(cluster: Cluster, name: str, loops: Sequence[PartitionLoop], folder: Path) -> int:
    """Run loops until a signal; returns the exit code: 0 asked to stop, 65 poison, 75 try again."""
    look_seldom()
    app = new_app(cluster, name, folder)
    # Faust's own consumer, tables and recovery stay off: they lose records at a rebalance.
    app.producer_only = True
    for loop in loops:
        app.service(_service_of(loop))
    return run_worker(app)


def new_app(cluster: Cluster, name: str, folder: Path, **settings: Any) -> faust.App:
    """Make an app that logs like the rest, opens no door, and makes no topics."""
    brokers = ";".join(f"kafka://{address}" for address in cluster.bootstrap.split(","))
    return faust.App(
        cluster.group(name),
        broker=brokers,
        store="memory://",
        datadir=folder / "run" / "faust",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        worker_redirect_stdouts=False,
        **settings,
    )


def run_worker(app: faust.App) -> int:
    """Run an app until a signal or an error; returns the exit code."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        _Worker(
            app, loop=loop, loglevel="INFO", override_logging=False, quiet=True, redirect_stdouts=False
        ).execute_from_commandline()
    except SystemExit as e:
        return e.code if e.code in (STOPPED, POISON) else TRY_AGAIN
    except Exception:  # noqa: BLE001 # nothing behind this could handle it
        _log.exception("stopped to be started again")
    return TRY_AGAIN


class _Worker(faust.Worker):
    """Ends by force where it cannot end in good order: a broker that is away would keep it for ever."""

    def __init__(self, app: faust.App, **settings: Any) -> None:
        super().__init__(app, **settings)
        self.spinner = None

    async def on_stop(self) -> None:
        end = threading.Timer(STOP_WITHIN_S, os._exit, (TRY_AGAIN,))
        end.daemon = True
        end.start()
        await super().on_stop()


def _service_of(loop: PartitionLoop) -> type[Service]:
    """Return the service that runs a partition loop; the app makes it and watches over it."""

    class LoopService(Service):
        async def on_start(self) -> None:
            self.ended = asyncio.Event()

        async def on_stop(self) -> None:
            """Wait for the batch in hand."""
            loop.stop()
            await self.ended.wait()

        @Service.task
        async def _run(self) -> None:
            """Run the loop; what ends it ends the process."""
            try:
                code = await _run_to_end(loop)
            finally:
                self.ended.set()
            if not self.should_stop or code != STOPPED:
                raise SystemExit(code or TRY_AGAIN)

    return LoopService


async def _run_to_end(loop: PartitionLoop) -> int:
    """Run a partition loop; returns the exit code of what ended it."""
    try:
        await loop.run()
    except LogError as e:
        _log.error("stopped for a person to look", reason=str(e))
        return POISON
    except asyncio.CancelledError:
        # The library cancels its own tasks when brokers fail it, and what waits for them is cancelled with them.
        _log.error("stopped to be started again", reason="what the loop waited for was cut off")
        return TRY_AGAIN
    except Exception:  # noqa: BLE001 # whatever it is, memory may be ahead of the log
        _log.exception("stopped to be started again")
        return TRY_AGAIN
    return STOPPED
