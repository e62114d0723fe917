"""Rules and the facts that they judge. Uses annotations and below."""
