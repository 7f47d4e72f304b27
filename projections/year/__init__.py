"""The year of the units that supervise: schemes of assessment, what a year holds of a unit, and its judgement."""
