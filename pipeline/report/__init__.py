"""Page, plots and model card, from the run folder alone."""
