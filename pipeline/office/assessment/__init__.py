"""The yearly assessment 年度考核: rows handed in and reviewed, drafts, objections, the final result, its sheets."""
