"""From a recipe's data block to checked, split, tokenised rows."""
