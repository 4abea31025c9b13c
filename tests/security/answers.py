"""What every answer must carry, of whatever status."""

import re
import urllib.parse

POLICY = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'"}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
RUNTIME = ("/api/licenses/activate", "/api/licenses/deactivate", "/api/licenses/validate")


def check(answer, is_https=False):
    """Fails where something is missing; hands the answer back."""
    path = urllib.parse.urlsplit(answer.what.split(" ")[1]).path

    def must(is_so, sentence):
        assert is_so, f"{answer.what} ({answer.status}): {sentence}\n{answer.headers}"

    policy = answer.headers.get("content-security-policy", "")
    directives = dict(re.findall(r"([a-z-]+) ([^;]+)", policy))
    for name, value in POLICY.items():
        must(directives.get(name) == value, f"the policy's {name} must be {value}")
    must(not re.search(r"unsafe|\*|https?:|data:", policy), "the policy lets unsafe things through")
    for name, value in HEADERS.items():
        must(answer.headers.get_all(name) == [value], f"{name} must be {value}, once")
    must(re.fullmatch("[0-9a-f]{32}", answer.headers.get("x-request-id", "")), "x-request-id is missing")
    must(answer.headers.get("server") is None, "the server tells what it is")
    is_asset = path.startswith("/assets/") and answer.status == 200
    must(is_asset or answer.headers.get_all("cache-control") == ["no-store"], "cache-control must be no-store")
    cors = [name for name in answer.headers if name.lower().startswith("access-control-")]
    must(path in RUNTIME or not cors, f"no other site may read this: {cors}")
    hsts = answer.headers.get("strict-transport-security", "")
    must(hsts.startswith("max-age=") and int(hsts[8:]) >= 31_536_000 if is_https else not hsts, f"HSTS: {hsts!r}")
    for cookie in answer.headers.get_all("set-cookie", []):
        name, *rest = cookie.split(";")
        attributes = {part.strip().lower() for part in rest}
        must({"httponly", "samesite=lax", "path=/"} <= attributes, f"a careless cookie: {cookie}")
        must(not any(part.startswith("domain") for part in attributes), f"a cookie for other hosts: {cookie}")
        must(not is_https or ("secure" in attributes and name.startswith("__Host-")), f"a careless cookie: {cookie}")
    return answer
