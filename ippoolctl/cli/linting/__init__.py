"""Running the rules of ``check`` for commands: hazards before a write, predicted answers, a second
reading.

It may use all but the commands.
"""
