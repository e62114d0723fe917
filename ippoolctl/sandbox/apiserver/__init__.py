"""What a kube-apiserver makes of requests and objects: values in, values out.

Uses no clock, thread, socket or random number; :mod:`ippoolctl.sandbox` passes those in.
"""
