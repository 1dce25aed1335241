"""A small shop: customers place orders, and pay them."""
