"""evaluate.Metric modules with their bootstrap statistics: one a file."""
