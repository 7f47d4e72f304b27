"""What a confined process still has to reach."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PROGRAM = """
import ctypes, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from connectors.history.server.confine import confine
from connectors.history.server.engine import Engine

folder = Path(sys.argv[1])
HEADER_OF_VDSO, NOWHERE = 33, 0x10001
variable = ctypes.create_string_buffer(b"TMPDIR=/")  # which the engine sets: in place, where it is
environment = (ctypes.c_size_t * 6)(ctypes.addressof(variable), 0, HEADER_OF_VDSO, NOWHERE, 0, 0)
ctypes.c_void_p.in_dll(ctypes.CDLL(None), "environ").value = ctypes.addressof(environment)
print(confine(folder))
try:
    open("/proc/self/environ")
except PermissionError:
    print("no environment")
with ThreadPoolExecutor(1) as worker:
    engine = worker.submit(Engine, folder).result()
    print("loaded")
    worker.submit(engine.close).result()
"""


def test_the_engine_looks_for_nothing_behind_the_environment(tmp_path):
    """There it would look for its auxiliary vector, and follow any word of the heap once a variable was added."""
    folder = tmp_path / "history"
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, folder],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    why_not, *rest = ended.stdout.splitlines()
    if why_not != "None":
        pytest.skip(why_not)
    assert (["no environment", "loaded"], 0) == (rest, ended.returncode)
