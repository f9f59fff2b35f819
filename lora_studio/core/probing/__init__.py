"""What a model answers: top-k, comparisons, and the receipt of a write."""
