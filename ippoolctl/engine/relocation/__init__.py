"""Replacing pools: detach their consumers, delete, create, attach. Uses the rest of the engine."""
