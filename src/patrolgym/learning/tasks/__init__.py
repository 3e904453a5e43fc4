"""What can be trained, one scenario a file."""
