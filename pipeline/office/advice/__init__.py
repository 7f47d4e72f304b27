"""The closing adviser, as services: what is advised, and what the office decided."""
