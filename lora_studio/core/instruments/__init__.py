"""What answers questions about variants and their runs: earlier states, batches, and what a row has done."""
