"""What the routes read and write, as JSON. Decimals are strings, times ISO 8601 in UTC with nanoseconds."""
