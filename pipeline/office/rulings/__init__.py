"""By which rules accounts are judged, of which class they are, and how many original pieces they had."""
