"""Looks for secrets in everything an installation printed and stored."""

import base64
import email
import email.policy
import time
import urllib.parse


def until(what, is_so, seconds=20):
    """Waits until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def readable(path):
    """All texts of a kept e-mail."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")


def places(portal, admin):
    """All there is to look through, by name."""
    yield "what was printed", (portal.said("stdout") + portal.said("stderr")).encode()
    files = [path for path in portal.data.rglob("*") if path.is_file() and path.name != "secret.key"]
    yield from ((path.name, path.read_bytes()) for path in files if path.parent.name != "mail")
    portal.run("backup", f"{portal.place}/backup.db")
    yield "the backup", (portal.place / "backup.db").read_bytes()
    audit = admin.get("/audit.csv")
    assert audit.status == 200, audit.status
    yield "the audit log", audit.body
    for command in (["staff", "list"], ["api-key", "list"], ["audit", "verify"], ["config"], ["stock", "list"]):
        done = portal.run(*command)
        yield f"keydesk {' '.join(command)}", (done.stdout + done.stderr).encode()


def forms(secret):
    """How a secret may be written: as it is, in part, in base64 wherever it starts, in hexadecimal digits."""
    raw = [secret.encode(), urllib.parse.unquote_to_bytes(secret)]
    encoded = secret.removeprefix("whsec_")
    try:
        raw.append(base64.b64decode(encoded, validate=True))
    except ValueError:
        pass
    for text in raw:
        yield text
        yield text[len(text) // 4 : len(text) // 4 + 16]
        yield text.hex().encode()
        for start in range(3):
            # Without the ends, which depend on what stands around.
            encoded = base64.b64encode(b"\0" * start + text)
            yield encoded[4:-4]
            yield encoded[4:-4].translate(bytes.maketrans(b"+/", b"-_"))


def is_in(planted, places):
    """Where one of the secrets stands in one of the places, if any does."""
    needles = {what: {form.lower() for form in forms(secret)} for what, secret in planted.items()}
    for name, content in places.items():
        content = content.lower()
        for what, written in needles.items():
            for form in written:
                if (at := content.find(form)) >= 0:
                    return f"the {what} is in {name}: …{content[max(0, at - 200) : at + 200]!r}…"
    return None
