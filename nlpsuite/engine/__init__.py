"""How a model is run: texts cut into windows, windows gathered into batches, batches through a network."""
