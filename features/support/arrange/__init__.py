"""What a criterion starts from: factories, and what a Given stores with them."""
