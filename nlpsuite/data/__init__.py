"""Reading: text files and rows in, examples to learn from and documents to score out. Needs no torch."""
