"""HTTP to the outside: which addresses may be called, and how a request is bounded."""
