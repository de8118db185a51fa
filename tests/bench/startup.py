#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Start-up of the window: process start to the first painted frame, and to the sample project on screen.

usage: startup.py SCHMIDT SAMPLE_PROJECT [ROUNDS]

Runs the window in an Xvfb whose frame buffer is a file, and watches that file: no screenshot tool
adds its own time. The first frame is the first change of the picture; the project is taken as usable
at the last change within two seconds after it opened, so a window that settles late counts as late.
Prints minimum, median and maximum in seconds, and the resident memory of the process.
"""
import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

QUIET_SECONDS = 2.0


def sums(frame: mmap.mmap) -> int:
    return zlib.adler32(frame)


def resident_megabytes(process: int) -> float:
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def one_start(program: str, arguments: list, display: str, frame: mmap.mmap):
    environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", XDG_CONFIG_HOME=tempfile.mkdtemp())
    known = sums(frame)
    start = time.perf_counter()
    process = subprocess.Popen([program, *arguments], env=environment, stderr=subprocess.DEVNULL)
    first = last = None
    while last is None or time.perf_counter() - last < QUIET_SECONDS:
        now = sums(frame)
        if now != known:
            known, last = now, time.perf_counter()
            first = first or last
        if last is None and time.perf_counter() - start > 30:
            sys.exit("The window painted nothing within 30 s.")
        time.sleep(0.005)
    memory = resident_megabytes(process.pid)
    process.terminate()
    process.wait()
    time.sleep(0.5)
    return first - start, last - start, memory


def line(title: str, values: list, unit: str) -> None:
    print(f"{title}: min {min(values):.2f}, median {statistics.median(values):.2f}, "
          f"max {max(values):.2f} {unit}")


def main() -> None:
    program, sample = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        display = f":{90 + os.getpid() % 9}"
        server = subprocess.Popen(["Xvfb", display, "-screen", "0", "1440x900x24", "-fbdir", folder],
                                  stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            with open(os.path.join(folder, "Xvfb_screen0"), "rb") as file:
                frame = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            for title, arguments in (("start page", []), ("sample project", ["--project", sample])):
                results = [one_start(program, arguments, display, frame) for _ in range(rounds)]
                firsts, lasts, memory = zip(*results)
                line(f"{title}, first painted frame", firsts, "s")
                line(f"{title}, last change of the picture", lasts, "s")
                line(f"{title}, resident memory", memory, "MB")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
