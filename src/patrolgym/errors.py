"""What a user can put right: shown as one line, without a traceback."""


class UserError(Exception):
    """Bad input or an unusable place to write; the message names the value and what is allowed."""
