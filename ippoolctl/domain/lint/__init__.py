"""Rules and the facts that they check. Uses annotations and below."""
