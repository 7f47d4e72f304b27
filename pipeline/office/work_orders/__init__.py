"""Work orders from above (上级工单), as services."""
