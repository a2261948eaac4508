"""The verifier: checks an export of an evidence log, or a receipt, without Django, a database or the log's own code.

It shares nothing with what writes the log but the formats (docs/formats): another reading of the same pages.
"""
