"""Models with their tokenizers behind one seam, `LanguageModel`."""
