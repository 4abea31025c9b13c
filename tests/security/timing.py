"""Whether the time of a refused sign-in tells if the address is known: by hand, on a machine that does
nothing else. TRIES known and as many unknown addresses, in turns; each try from an address of its own,
so that no delay begins. Welch's t and the Mann-Whitney U as z: both beyond 3 would tell."""

import math
import os
import random
import statistics
import sys
import time
import urllib.parse

from portal import Portal

TRIES = int(os.environ.get("TRIES", "200"))
WRONG = "not the password of anybody"


def refuse(person, token, email, number):
    """Milliseconds of one refused sign-in."""
    body = urllib.parse.urlencode({"csrf_token": token, "email": email, "password": WRONG}).encode()
    forwarded = f"198.51.{number // 250}.{number % 250 + 1}"
    headers = {"Origin": person.portal.origin, "X-Forwarded-For": forwarded}
    started = time.perf_counter()
    answer = person.request("POST", "/login", body, headers)
    took = (time.perf_counter() - started) * 1000
    assert answer.status == 422, answer.status
    return took


def welch(a, b):
    spread = statistics.variance(a) / len(a) + statistics.variance(b) / len(b)
    return (statistics.fmean(a) - statistics.fmean(b)) / math.sqrt(spread)


def mann_whitney(a, b):
    ranked = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, 1) if group == 0)
    u = ranks - len(a) * (len(a) + 1) / 2
    mean, deviation = len(a) * len(b) / 2, math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)
    return (u - mean) / deviation


def main():
    with Portal("serve", KEYDESK_TRUSTED_PROXIES="127.0.0.1") as portal:
        known = [f"known{number:03}@desk.example" for number in range(TRIES)]
        for email in known:
            portal.run("staff", "add", email, "--name", "Somebody", "--role", "viewer")
        unknown = [f"other{number:03}@desk.example" for number in range(TRIES)]
        person = portal.person(None)
        token = person.get("/login").hidden()["csrf_token"]
        for number in range(20):
            refuse(person, token, f"warm{number}@desk.example", 10_000 + number)
        times = {"known": [], "unknown": []}
        number = 0
        for pair in zip(known, unknown):
            for kind, email in random.sample(list(zip(times, pair)), 2):
                times[kind].append(refuse(person, token, email, number))
                number += 1
    for kind, taken in times.items():
        print(f"{kind:8} median {statistics.median(taken):.2f} ms, mean {statistics.fmean(taken):.2f} ms, "
              f"deviation {statistics.stdev(taken):.2f} ms, {len(taken)} tries")
    t, z = welch(*times.values()), mann_whitney(*times.values())
    print(f"Welch's t {t:.2f}, Mann-Whitney z {z:.2f}")
    sys.exit(abs(t) > 3 and abs(z) > 3)


main()
