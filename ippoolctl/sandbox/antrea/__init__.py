"""Antrea in the sandbox: the webhook behind a lagging cache, and the controller."""
