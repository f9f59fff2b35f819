"""What can be told about a run without making it."""
