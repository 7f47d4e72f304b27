"""Interaction tests (互动测试), functions that fail, and public notices of them."""
