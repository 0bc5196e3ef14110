"""What was measured in a film, for people who want just that: as a JSON document, a table, a timeline, a page to look at."""
