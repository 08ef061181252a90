"""Scores, intervals, tests, verdict."""
