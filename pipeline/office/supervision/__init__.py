"""Monthly supervision (月督导): what each unit's month was, letters and orders under numbers, and their answers."""
