"""What matching learns from the ways of asking: features, evidence, confidence."""
