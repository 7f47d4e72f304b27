"""The console: pages over the services of the office, the public's pages, and the API."""
