"""A made-up city whose facts lead through the pipeline to the figures that a real bulletin printed."""
