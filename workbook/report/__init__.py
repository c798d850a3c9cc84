"""What a run of tests means, in sentences."""
