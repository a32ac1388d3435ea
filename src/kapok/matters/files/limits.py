"""How large files may be, and how many somebody may send."""

PHOTO, VOICE, PAPER = "PHOTO", "VOICE", "PAPER"
KINDS = (PHOTO, VOICE, PAPER)
MB = 1 << 20
MOST_BYTES = {PHOTO: 15 * MB, VOICE: 10 * MB, PAPER: 20 * MB}
MOST_BYTES_A_DAY = 500 * MB  # of one account
MOST_BYTES_A_DAY_OF_STRANGERS = 4_000 * MB  # of all who have none, so that they fill no disk
PART_BYTES = 2 * MB  # of one request
LONGEST_VOICE_S = 600
