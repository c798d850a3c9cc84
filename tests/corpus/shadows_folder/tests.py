"""What I tried."""
