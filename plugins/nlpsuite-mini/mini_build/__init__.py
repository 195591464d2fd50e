"""Development tools that build the data files of nlpsuite-mini; not shipped in the wheel."""
