"""How a model is run: texts cut into windows, windows gathered into batches, batches through a network."""

import os

# What torch's oneDNN keeps compiled, for every shape of a product and in every thread: a megabyte each, and a thousand
# unless told otherwise. It reads this when it first computes; a setting of the user's own stands.
for _name in ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY"):
    os.environ.setdefault(_name, "128")
