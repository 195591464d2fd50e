"""The name of the encoder that is used when none is named; apart, so that knowing it costs no torch."""

DEFAULT_ENCODER = "nlpsuite-mini"
