"""Programs that do less than ours over the same records; each prints its figure as one JSON object."""
