"""Controls: harmless changes, under which every criterion must stay green."""
