"""What is true of pools and of Antrea: values in, values out.

No clock, no file, no network, no console. Whatever a function needs to know, "now" included, is a
parameter.
"""
