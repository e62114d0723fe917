"""Families of rules: what several rules that differ in a few words have in common.

It may use what :mod:`ippoolctl.domain.lint` has beside the rules; rules are made of it.
"""
