"""The reference experiments, as recipes."""
