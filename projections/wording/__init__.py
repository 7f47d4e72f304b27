"""Reading review (阅评): what was suspected of texts, what people made of it, and how well the lexicon does."""
