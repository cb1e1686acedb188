"""A roster read: its headings found, its rows told apart, every row made into facts or accounted for."""
