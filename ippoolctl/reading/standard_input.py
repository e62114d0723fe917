"""What waits on standard input, found out without reading or waiting."""

import os
import select
import stat


def has_input() -> bool:
    """Whether standard input is a regular file with bytes to read, or a pipe with bytes in it."""
    try:
        status = os.fstat(0)
        if stat.S_ISREG(status.st_mode):
            return status.st_size > os.lseek(0, 0, os.SEEK_CUR)
        if not stat.S_ISFIFO(status.st_mode):
            return False
        poll = select.poll()
        poll.register(0, select.POLLIN)
        return any(event & select.POLLIN for _, event in poll.poll(0))
    except OSError:  # it is closed
        return False
