"""What a roster would change: each row compared with the store, shown before anything is saved, then saved whole."""
