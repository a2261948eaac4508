"""Files that may go with a disclosure: checked, cut to the chosen pages, and stripped before they are kept.

No database and no web here. The parsing of what a stranger made happens in a child process with limits.
"""

from sharewell.disclosures.attachments.cleaning import Cleaned, clean
from sharewell.disclosures.attachments.refusal import AttachmentRefused

__all__ = ["AttachmentRefused", "Cleaned", "clean"]
