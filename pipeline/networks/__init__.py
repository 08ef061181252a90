"""Small networks that read texts without any pretraining, and what trains them."""
