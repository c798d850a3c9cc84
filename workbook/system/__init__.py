"""What everything else may use: errors, invocation, files, locks, ports. Standard library only."""
