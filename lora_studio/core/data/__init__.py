"""Datasets: the built-in sets, file formats in and out, and how rows become training windows. Free of torch."""
