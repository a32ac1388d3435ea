"""The post: what leaves the box, at which pace and hours, and how each channel is spoken with."""
