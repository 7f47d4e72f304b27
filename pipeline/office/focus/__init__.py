"""The focus list 重点关注名单: who is on it, its daily watch, its entries and exits."""
