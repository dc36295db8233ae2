"""One file a question of the paper: plan, collect, draw."""
