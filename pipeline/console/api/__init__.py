"""The API of programs: observations in, pages as JSON out."""
