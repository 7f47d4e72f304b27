"""The console alone in a process of its own, which imports nothing that its users would not have there."""

import sys
from datetime import UTC, datetime
from pathlib import Path


def main(home: Path, port: int, now: datetime) -> None:
    """Serve a home to a clerk on a port of this machine, as if the clock had stood at a moment when it began."""
    import uvicorn

    from pipeline.access.users import Role
    from pipeline.console.app import Console, make_app
    from tests.pipeline.console.signed_in import FixedSessions, user_of

    user = user_of(Role.CLERK)
    ahead = now - datetime.now(UTC)
    sessions = FixedSessions({user.id: user})
    app = make_app(Console(home, sessions, now=lambda: datetime.now(UTC) + ahead))
    uvicorn.run(app, port=port, log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
