"""The work without the window: models, methods, training, probing, files. Never imports Qt."""
