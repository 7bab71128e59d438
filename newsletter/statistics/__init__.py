"""What became of a send, in figures without persons: reads only, but for the counters."""
