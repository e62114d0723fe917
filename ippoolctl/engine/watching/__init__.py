"""Following the pools of a cluster: :mod:`.steps` decides, :mod:`.follow` acts."""
