"""Antrea in the sandbox: the webhook behind a lagging cache, and the controller.

The decisions are those of :mod:`ippoolctl.domain.antrea`.
"""
