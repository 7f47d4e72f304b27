"""Reading review (阅评): texts read with the office's lexicon, suggestions settled by people, and how well it does."""
