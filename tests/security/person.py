"""Somebody who uses a portal without a browser: cookies, forms, and what comes back."""

import html.parser
import http.cookiejar
import urllib.parse
import urllib.request


class Plain(urllib.request.HTTPErrorProcessor):
    """Hands over every answer as it is: no redirect is followed, no status is an exception."""

    def http_response(self, request, response):
        return response


class Person:
    """Keeps cookies and sends what a browser would send."""

    def __init__(self, portal):
        self.portal = portal
        # A portal that believes to be behind https is talked to as its proxy would: without.
        policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
        self.jar = http.cookiejar.CookieJar(policy)
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Plain, cookies)

    def request(self, method, path, body=None, headers=None):
        url = urllib.parse.urljoin(self.portal.url, path)
        request = urllib.request.Request(url, body, headers or {}, method=method)
        with self.opener.open(request, timeout=30) as response:
            return Answer(f"{method} {path}", response.status, response.headers, response.read())

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, page=None, expect=303, **fields):
        """Posts a form with the token of the page it stands on; any status will do where none is expected."""
        hidden = self.get(page).hidden() if page else {}
        body = urllib.parse.urlencode({**hidden, **fields}).encode()
        answer = self.request("POST", path, body, {"Origin": self.portal.origin})
        assert expect in (answer.status, None), f"POST {path}: {answer.status} instead of {expect}\n{answer.text[:4000]}"
        return answer

    def sign_in(self, email, password, expect=303):
        return self.post("/login", page="/login", expect=expect, email=email, password=password)

    def cookies(self):
        """As one header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


class Answer:
    """What came back."""

    def __init__(self, what, status, headers, body):
        self.what, self.status, self.headers, self.body = what, status, headers, body
        self.text = body.decode("utf-8", "replace")
        self.is_page = headers.get_content_type() == "text/html"

    def elements(self):
        """Every element of the page, as its name and attributes."""
        found = []
        parser = html.parser.HTMLParser()
        parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
        parser.feed(self.text)
        return found

    def hidden(self):
        """The token and the mark against double clicks; what else is hidden belongs to other forms."""
        names = ("csrf_token", "idempotency_key")
        inputs = [attributes for tag, attributes in self.elements() if tag == "input"]
        return {field["name"]: field["value"] for field in inputs if field.get("name") in names}
