"""A cluster to try things on: Antrea's webhook behind a cache that lags, as a simulation."""
