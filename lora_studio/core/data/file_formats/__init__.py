"""Datasets of others: what their files look like, read into rows and written from them. Free of torch."""
