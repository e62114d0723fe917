"""How Antrea assigns the addresses of pools to Egresses and Services, step by step. Uses the other
files of antrea.
"""
