"""Key periods 重要时间节点: declared, ended, who is on duty, and what the office reports of each day."""
