"""What goes wrong with the embedded server, in words for the person at the keyboard."""


class Unavailable(Exception):
    """The embedded server cannot be had; the message says why and what to do."""
