"""What the test database guarantees."""
