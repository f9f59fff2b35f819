"""The loop, the loss, batches and checkpoints."""
