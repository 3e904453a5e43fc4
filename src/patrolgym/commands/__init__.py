"""The sub-commands of `patrolgym`, one a file."""
