"""Checks of the source tree; nothing imports them."""
