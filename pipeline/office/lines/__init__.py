"""Lines of ministries (条线) beside areas (地区): the second tree that an account may stand in."""
