"""A patrol of ten thousand feeds on a local TLS server, many of them hostile: `make patrol-load`."""
