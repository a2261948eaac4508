"""The evidence log: append-only entries, their order, and the tree over them. It holds no personal data."""
