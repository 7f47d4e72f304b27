"""The focus list at a moment: who enters, who leaves, what its watch says."""
