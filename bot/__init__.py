"""The running program: channels, store, workers, command line."""
