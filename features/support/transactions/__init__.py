"""Units of work that fail, are limited, or meet others."""
