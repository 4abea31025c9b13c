"""Runs the scripts of this directory one after the other, the quick ones first; ends at the first that
fails. KEYDESK_BIN is the binary; names of scripts as arguments run these alone."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = ["planted", "headers", "sqlmap", "wapiti"]


def main():
    assert os.access(os.environ.get("KEYDESK_BIN", ""), os.X_OK), "KEYDESK_BIN must name the binary"
    for name in sys.argv[1:] or SCRIPTS:
        print(f"+ {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run([sys.executable, HERE / f"{name}.py"]).returncode
        print(f"  {'passed' if code == 0 else 'failed'} after {time.monotonic() - started:.0f} s", flush=True)
        if code:
            sys.exit(1)


main()
