"""The commands below ``ippoolctl sandbox``, one file each."""
