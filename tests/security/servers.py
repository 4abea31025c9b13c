"""Servers that the scripts need beside the portal."""

import contextlib
import http.server
import sqlite3
import threading
import urllib.parse


class Page(http.server.BaseHTTPRequestHandler):
    """A page with two holes, which whoever looks for holes must find: it searches with a statement that
    is put together from text, and repeats what was asked."""

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        name = dict(urllib.parse.parse_qsl(address.query)).get("name", "")
        rows, status = "", 200
        if address.path == "/search":
            try:
                rows = str(self.search(name))
            except sqlite3.Error as error:
                rows, status = f"sqlite3.OperationalError: {error}", 500
        text = f"<!doctype html><title>Wares</title><a href='/search?name=lamp'>Lamps</a><p>You asked for {name}: {rows}"
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def search(self, name):
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.executescript("CREATE TABLE wares (name TEXT); INSERT INTO wares VALUES ('lamp'), ('rug')")
            return database.execute(f"SELECT name FROM wares WHERE name = '{name}'").fetchall()

    def log_message(self, *_):
        pass


class Endpoint(http.server.BaseHTTPRequestHandler):
    """What injected addresses point to: notes who came, and says that nobody did."""

    visitors = []

    def do_GET(self):
        self.visitors.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Echo(http.server.BaseHTTPRequestHandler):
    """A receiver of webhooks that refuses them and repeats all it was told, the key included."""

    told = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.told.append(body.decode())
        self.send_response(400)
        self.end_headers()
        self.wfile.write(str(self.headers).encode() + body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(handler):
    """Serves until the `with` ends; gives the address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
