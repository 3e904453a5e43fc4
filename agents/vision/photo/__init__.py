"""Reading instruments from a single photograph, without a pose, a map or a reference picture."""
