"""Part of `patrolgym.agents`."""

if __name__ == "agents":
    raise ImportError("import this package as patrolgym.agents, not as agents")
