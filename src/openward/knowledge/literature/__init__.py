"""Literature: corpora that a hospital imports, the words of a search, and how passages are ranked."""
