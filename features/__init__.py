"""The criteria, and what runs them."""
