"""Part of `patrolgym.assets`."""

if __name__ == "assets":
    raise ImportError("import this package as patrolgym.assets, not as assets")
