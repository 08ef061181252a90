"""Classic language modelling in numpy: vocabularies, n-gram counts, smoothing, models."""
