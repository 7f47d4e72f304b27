"""Work orders from above (上级工单): their clock, and how each stands."""
