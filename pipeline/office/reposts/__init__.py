"""Repost orders 转载任务: given, handed in, shown by account and unit, told in a bulletin."""
