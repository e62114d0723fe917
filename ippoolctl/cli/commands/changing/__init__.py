"""Commands that change pools beyond creating, extending and deleting them, or record them."""
