"""Two ways of doing the same work, timed in turn in one run; what counts is the ratio."""
