"""Files beside manifests and output. It may use the presenter and ``render``."""
