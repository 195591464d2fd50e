"""The network: an encoder, heads on top of it, and the bundle that keeps what was trained."""
