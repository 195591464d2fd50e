"""Files that are more than text, each kind as the parts that it means: pages, messages, rows, or one whole text."""
