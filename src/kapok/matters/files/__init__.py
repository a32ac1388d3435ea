"""Files that people send: told by their content, cleaned, or refused with a sentence.

Nothing here touches a row. Photos are decoded in a process of their own (:mod:`.cleaner`).
"""

from kapok.matters.files.cleaning import Clean, clean
from kapok.matters.files.limits import KINDS, MOST_BYTES, MOST_BYTES_A_DAY, PART_BYTES

__all__ = ["KINDS", "MOST_BYTES", "MOST_BYTES_A_DAY", "PART_BYTES", "Clean", "clean"]
