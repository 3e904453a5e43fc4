"""Videos of patrols, made for people."""
