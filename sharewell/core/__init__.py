"""The pure part of Sharewell: policy, decisions, minimised messages, deadlines.

Nothing here reads a file, a clock or a database; all of it is handed in.
"""
