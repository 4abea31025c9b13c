"""Runs the scripts of this directory one after the other; ends at the first that fails. KEYDESK_BIN is the
binary; `--full` adds the scripts that take minutes; names of scripts as arguments run these alone."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
QUICK = ["planted", "headers"]
SCRIPTS = [*QUICK, "sqlmap", "wapiti"]


def main():
    assert os.access(os.environ.get("KEYDESK_BIN", ""), os.X_OK), "KEYDESK_BIN must name the binary"
    names = sys.argv[1:]
    for name in SCRIPTS if names == ["--full"] else names or QUICK:
        print(f"+ {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run([sys.executable, HERE / f"{name}.py"]).returncode
        print(f"  {'passed' if code == 0 else 'failed'} after {time.monotonic() - started:.0f} s", flush=True)
        if code:
            sys.exit(1)


main()
