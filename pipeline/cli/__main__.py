"""`python -m pipeline.cli` is `xuncha`."""

from pipeline.cli import main

main()
