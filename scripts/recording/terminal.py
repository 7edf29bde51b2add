"""Runs a program in a terminal of a fixed size and writes down what it prints, and when.

Takes columns, rows, and the program with its arguments. Prints a line for each piece of output:
milliseconds from the start, a space, and the bytes in base 64.
"""

import base64
import fcntl
import os
import pty
import struct
import sys
import termios
import time

columns, rows = int(sys.argv[1]), int(sys.argv[2])
program, end = pty.fork()
if program == 0:
    # Not before it has its size.
    while os.get_terminal_size().columns != columns:
        time.sleep(0.01)
    os.environ["TERM"] = "xterm-256color"
    os.execvp(sys.argv[3], sys.argv[3:])
fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
start = time.monotonic()
while True:
    try:
        data = os.read(end, 65536)
    except OSError:  # how Linux says that the program has ended
        break
    if not data:
        break
    milliseconds = round(1000 * (time.monotonic() - start))
    print(milliseconds, base64.b64encode(data).decode(), flush=True)
_, status = os.waitpid(program, 0)
sys.exit(os.waitstatus_to_exitcode(status))
