"""One module of probes per subject; :mod:`tests.parity.conformance` imports them all."""
