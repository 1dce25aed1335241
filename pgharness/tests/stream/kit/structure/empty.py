"""The sample `empty` needs no step."""
