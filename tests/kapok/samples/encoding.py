"""Encoded polylines written the plain way, to read them back."""


def encoded(corners):
    """Encode one line, number by number. Corners are in hundred-thousandths of a degree."""
    text, before = "", (0, 0)
    for lon, lat in corners:
        for value in (lat - before[1], lon - before[0]):
            left = ~(value << 1) if value < 0 else value << 1
            while left >= 0x20:
                text += chr((0x20 | (left & 0x1F)) + 63)
                left >>= 5
            text += chr(left + 63)
        before = (lon, lat)
    return text
