"""Words of letters that remind units, and of orders."""
