"""What one cell of a roster says: numbers, dates, people and places."""
