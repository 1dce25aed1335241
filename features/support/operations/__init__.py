"""Every operation of the service, and what is tried with all of them."""
