"""How a baseline says what it measured."""

import json
import sys


def tell(records: int, seconds: float) -> None:
    """Print a number of records and the seconds they took."""
    sys.stdout.write(json.dumps({"records": records, "seconds": seconds}) + "\n")
    sys.stdout.flush()
