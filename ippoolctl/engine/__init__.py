"""Effects in order: what is decided in the domain is carried out here, through the ports."""
