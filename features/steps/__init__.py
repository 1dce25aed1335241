"""Step definitions, one module for each capability."""
