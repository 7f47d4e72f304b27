"""The erasable store of texts that people typed; facts hold references to it."""
