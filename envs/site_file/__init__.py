"""Sites that people describe in a YAML file."""
