"""Facts about families of models: one a file."""
