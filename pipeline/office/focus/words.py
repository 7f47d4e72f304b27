"""The focus list in words that people read."""

CAUSES = {"finding": "检查发现", "flag": "第三方反馈", "verdict": "检查结果"}
CHANGES = {"entered": "纳入", "left": "销号"}
