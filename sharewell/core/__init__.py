"""What Sharewell decides and proves, in pure Python: no Django, no I/O, no clock, no randomness."""
