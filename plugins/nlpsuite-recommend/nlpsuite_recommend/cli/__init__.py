"""`nlpsuite recommend …`: one command, one file."""
