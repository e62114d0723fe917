"""The sentences that text, documents and reports share: outcomes, causes, plans, what is unread."""
