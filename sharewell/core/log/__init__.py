"""The evidence log's byte formats and hashes: entries, and the tree over them (docs/formats/entry.md)."""
