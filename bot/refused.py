"""What Udha will not start with."""


class Refused(Exception):
    """It cannot be done as things are set up: a clear sentence for whoever set them up.

    The command line prints it without a traceback and ends with exit code 2.
    """
