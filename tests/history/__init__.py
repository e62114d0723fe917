"""The history of a run, and the invariants that it must satisfy."""
