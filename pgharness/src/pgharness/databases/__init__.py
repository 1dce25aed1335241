"""Template databases, clones of them, whose they are, and what builds their schema."""
