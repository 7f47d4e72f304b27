"""Questions to the history at (check point, known at): score, explain, compare, SQL."""
