"""Part of `patrolgym.envs`."""

if __name__ == "envs":
    raise ImportError("import this package as patrolgym.envs, not as envs")
