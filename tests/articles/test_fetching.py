"""Addresses that users name are asked with care: public hosts only, and never for ever or without measure."""

import gzip
import itertools
import socket
import subprocess
import sys
import threading

import pytest

from articles.fetching import FetchError, Limits, Network, get, post
from articles.fetching.addresses import is_public
from tests.web import PUBLIC, Page, raw_host, served

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:2800:220::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:2800:220:1:0:5efe:7f00:1",
    "2606:2800:220:1:200:5efe:7f00:1",
    "localhost",
    "",
]


@pytest.fixture
def web():
    with served() as web:
        yield web


# --- Which addresses ---


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_these_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "172.32.0.1", "2606:2800:21f:cb07::1", "2a00:1450:4001::5"])
def test_these_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "begin with http:// or https://"),
        ("news.example", "begin with http:// or https://"),
        ("ftp://news.example/", "begin with http:// or https://"),
        ("file:///etc/passwd", "begin with http:// or https://"),
        ("gopher://127.0.0.1:6379/_SET", "begin with http:// or https://"),
        ("javascript:alert(1)", "begin with http:// or https://"),
        ("http:///path", "begin with http:// or https://"),
        ("http://[::1", "is no web address"),
        ("http://news.example:99999/", "is no web address"),
        ("http://a..b/", "is no web address"),
        (f"http://{'a' * 64}.example/", "is no web address"),
        ("http://ana:secret@news.example/", "http://…@news.example: an address with a name or password"),
        ("http://ana@news.example/", "http://…@news.example: an address with a name or password"),
        ("http://news.example:25/", "port 25 is not asked; use 80, 443, or one from 1024 on."),
        ("http://news.example:0/", "port 0 is not asked"),
        (f"http://news.example/{'a' * 2_000}", "has 2,020 characters; the most is 2,000."),
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(web, url, said):
    with pytest.raises(FetchError) as refused:
        get(url, network=web.network)

    assert said in str(refused.value)
    assert (web.connected, "secret" in str(refused.value)) == ([], False)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["2606:2800:21f:cb07::1", "::ffff:10.0.0.1"], ["169.254.169.254"]],
)
def test_a_name_of_which_one_address_is_not_public_is_not_asked(web, addresses):
    web.names["inside.example"] = addresses

    with pytest.raises(FetchError, match="“inside.example” leads to an address that is not public"):
        get("http://inside.example/", network=web.network)

    assert web.connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"])
@pytest.mark.parametrize("request_made", [get, lambda url, **named: post(url, b"{}", **named)], ids=["get", "post"])
def test_this_machine_is_not_asked_however_it_is_written(web, host, request_made):
    real_resolver = Network(connect=web.network.connect)

    with pytest.raises(FetchError, match="is not public"):
        request_made(f"http://{host}:{web.port}/", network=real_resolver)

    assert web.seen == []


def test_the_usual_network_asks_nothing_of_this_machine(web):
    with pytest.raises(FetchError, match="“localhost” leads to an address that is not public"):
        get(f"http://localhost:{web.port}/")

    assert web.seen == []


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_checked(web):
    answers = itertools.chain([[PUBLIC]], itertools.repeat(["127.0.0.1"]))
    network = Network(resolve=lambda host, port: next(answers), connect=web.network.connect)
    web.pages["rebinds.example/"] = Page(b"Hello.")

    assert get("http://rebinds.example/", network=network).body == b"Hello."
    assert web.connected == [(PUBLIC, 80)]
    with pytest.raises(FetchError, match="is not public"):
        get("http://rebinds.example/", network=network)


def test_a_name_without_a_host_is_told():
    def nowhere(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchError, match="“nowhere.example” is not found: no host has this name."):
        get("http://nowhere.example/", network=Network(resolve=nowhere))


def test_the_next_address_of_a_host_is_tried_where_the_first_is_silent(web):
    web.names["news.example"] = ["2606:2800:21f:cb07::1", PUBLIC]
    web.pages["news.example/"] = Page(b"Hello.")

    def connect(address, port, seconds):
        if ":" in address:
            raise OSError(101, "Network is unreachable")
        return web.network.connect(address, port, seconds)

    answer = get("http://news.example/", network=Network(resolve=web.network.resolve, connect=connect))

    assert answer.body == b"Hello."


# --- What is asked and answered ---


def test_an_answer_says_where_it_came_from_and_what_it_is(web):
    web.pages["xn--bcher-kva.example:8080/n%C3%A4?q=%C3%A9"] = Page(
        b"caf\xe9", type='text/HTML; charset="windows-1252"'
    )

    answer = get("HTTP://Bücher.example:8080/nä?q=é#part", headers={"If-None-Match": '"a"'}, network=web.network)

    assert (answer.url, answer.status, answer.body) == (
        "http://xn--bcher-kva.example:8080/n%C3%A4?q=%C3%A9",
        200,
        b"caf\xe9",
    )
    assert (answer.media_type, answer.charset) == ("text/html", "windows-1252")
    assert web.seen[0].headers["if-none-match"] == '"a"'
    assert web.connected == [(PUBLIC, 8080)]


def test_nothing_of_the_surroundings_goes_along(web, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9/")
    web.pages["news.example/"] = Page(b"Hello.", headers={"Set-Cookie": "id=1"})

    for _ in range(2):
        assert get("http://news.example/", network=web.network).body == b"Hello."

    assert {frozenset(seen.headers) for seen in web.seen} == {
        frozenset(["host", "user-agent", "accept-encoding", "connection"])
    }


@pytest.mark.parametrize("status", [304, 404, 410, 429, 500])
def test_a_status_is_the_callers_to_judge(web, status):
    web.pages["news.example/"] = Page(b"", status=status, headers={"Retry-After": "30"})

    answer = get("http://news.example/", limits=Limits(types=("text/plain",)), network=web.network)

    assert (answer.status, answer.headers["retry-after"]) == (status, "30")


def test_a_body_is_posted_and_its_redirect_is_not_followed(web):
    web.pages["hook.example/in"] = Page(b"", status=307, headers={"Location": "http://hook.example/other"})

    answer = post("http://hook.example/in", b'{"a": 1}', headers={"webhook-id": "m1"}, network=web.network)

    assert answer.status == 307
    assert [(seen.method, seen.url, seen.body) for seen in web.seen] == [("POST", "hook.example/in", b'{"a": 1}')]
    assert (web.seen[0].headers["webhook-id"], web.seen[0].headers["content-length"]) == ("m1", "8")


def test_a_header_cannot_smuggle_in_another(web):
    with pytest.raises(FetchError, match="no proper HTTP"):
        get("http://news.example/", headers={"If-None-Match": 'a\r\nHost: "inside"'}, network=web.network)

    assert web.seen == []


# --- Redirects ---


def redirect(to, status=302):
    return Page(b"", status=status, headers={"Location": to})


def test_redirects_are_followed_one_by_one(web):
    web.pages |= {
        "news.example/1": redirect("/2", 301),
        "news.example/2": redirect("//www.news.example/nä", 308),
        "www.news.example/n%C3%A4": Page(b"Hello."),
    }

    answer = get("http://news.example/1", network=web.network)

    assert (answer.url, answer.body) == ("http://www.news.example/n%C3%A4", b"Hello.")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("http://127.0.0.1:{port}/secret", "“127.0.0.1” leads to an address that is not public"),
        ("//inside.example/secret", "“inside.example” leads to an address that is not public"),
        ("file:///etc/passwd", "begin with http:// or https://"),
        ("http://ana:b@news.example/", "an address with a name or password"),
        ("http://news.example:22/", "port 22 is not asked"),
        ("http://[", "is no web address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(web, to, said):
    web.names |= {"inside.example": ["10.0.0.1"], "127.0.0.1": ["127.0.0.1"]}
    web.pages["news.example/"] = redirect(to.format(port=web.port))

    with pytest.raises(FetchError) as refused:
        get("http://news.example/", network=web.network)

    assert said in str(refused.value)
    assert [seen.url for seen in web.seen] == ["news.example/"]


def test_redirects_come_to_an_end(web):
    web.pages |= {f"news.example/{number}": redirect(f"/{number + 1}") for number in range(10)}

    with pytest.raises(FetchError, match="more than 5 redirects in a row"):
        get("http://news.example/0", network=web.network)

    assert len(web.seen) == 6


# --- TLS ---


def test_the_certificate_is_checked_against_the_name_and_not_the_address():
    with served(tls=True) as web:
        web.pages["news.example/"] = Page(b"Hello.")
        assert get("https://news.example/", network=web.network).body == b"Hello."

        with pytest.raises(FetchError, match="its certificate does not hold .Hostname mismatch"):
            get("https://other.example/", network=web.network)
        with pytest.raises(FetchError, match="its certificate does not hold .self-signed"):
            get("https://news.example/", network=Network(web.network.resolve, web.network.connect))
        assert [seen.url for seen in web.seen] == ["news.example/"]


def test_a_redirect_does_not_give_up_tls():
    with served(tls=True) as web:
        web.pages["news.example/"] = redirect("http://news.example/plain")

        with pytest.raises(FetchError, match="leads from https to http://news.example/plain: that is not followed"):
            get("https://news.example/", network=web.network)

        assert len(web.seen) == 1


# --- Bounds ---


def test_another_type_than_was_wanted_is_not_taken(web):
    web.pages |= {"a.example/": Page(b"GIF89a", type="image/gif"), "b.example/": Page(b"?", type="")}
    limits = Limits(types=("text/html", "application/xhtml+xml"))

    with pytest.raises(FetchError, match="the answer is image/gif; wanted is text/html, application/xhtml.xml."):
        get("http://a.example/", limits=limits, network=web.network)
    with pytest.raises(FetchError, match="the answer is of no declared type"):
        get("http://b.example/", limits=limits, network=web.network)


def test_gzip_is_unpacked(web):
    packed = gzip.compress(b"Hello, world.")
    web.pages["news.example/"] = Page(packed, headers={"Content-Encoding": "gzip"})

    assert get("http://news.example/", network=web.network).body == b"Hello, world."


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(b"a" * 1_001), "the answer has more than 1,000 bytes."),
        (Page(gzip.compress(b"a" * 1_001), headers={"Content-Encoding": "gzip"}), "has more than 1,000 bytes."),
        (Page(gzip.compress(b"") * 2, headers={"Content-Encoding": "gzip"}), "something stands after its end"),
        (Page(gzip.compress(b"a" * 999)[:-9], headers={"Content-Encoding": "gzip"}), "the answer breaks off after"),
        (Page(b"no gzip", headers={"Content-Encoding": "gzip"}), "the answer is no proper gzip"),
        (Page(b"\x0b", headers={"Content-Encoding": "br"}), "packed as “br”, which was not asked for."),
    ],
)
def test_a_body_beyond_measure_is_refused(web, page, said):
    web.pages["news.example/"] = page

    with pytest.raises(FetchError) as refused:
        get("http://news.example/", limits=Limits(size=1_000), network=web.network)

    assert said in str(refused.value)


def test_a_bomb_is_not_unpacked():
    """60 MB in one piece of the connection, and no memory for them: the refusal comes before they are unpacked."""
    child = """
import gzip, http.client, io, resource
from articles.fetching import FetchError
from articles.fetching.bodies import body_of

class Said(io.BytesIO):
    def makefile(self, mode):
        return self

bomb = gzip.compress(bytes(60 * 2**20))
response = http.client.HTTPResponse(Said(b"HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\n\\r\\n" + bomb))
response.begin()
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 30 * 2**20,) * 2)
try:
    body_of(response, url="http://news.example/", most=2**20)
except FetchError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("http://news.example/: the answer has more than 1,048,576 bytes.", "")


def said_at_once(words):
    def say(connected, over):
        connected.recv(65_536)
        connected.sendall(words)

    return say


# A gzip whose name never ends: it unpacks to nothing, however much of it comes.
NAMED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no proper HTTP"),
        (b"", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "breaks off after 5 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "has more than 10,485,760 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 10_485_761, "has more than 10,485,760 bytes"),
        (NAMED + b"a" * 10_485_761, "has more than 10,485,760 bytes"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_is_no_whole_answer_is_told(words, said):
    with raw_host(said_at_once(words)) as network, pytest.raises(FetchError) as refused:
        get("http://odd.example/", network=network)

    assert said in str(refused.value)


def drip(connected, over):
    """A byte at a time, each well within any time limit on a single read."""
    connected.recv(65_536)
    connected.sendall(b"HTTP/1.1 200 OK\r\nA: ")
    for _ in range(60):
        over.wait(0.02)
        connected.sendall(b"b")


def drip_body(connected, over):
    connected.recv(65_536)
    connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(60):
        over.wait(0.02)
        connected.sendall(b"b")


def say_nothing(connected, over):
    over.wait(1.2)


@pytest.mark.parametrize(
    ("scheme", "say"), [("http", drip), ("http", drip_body), ("http", say_nothing), ("https", say_nothing)]
)
def test_a_host_that_takes_its_time_is_left(scheme, say):
    with raw_host(say) as network, pytest.raises(FetchError) as refused:
        get(f"{scheme}://slow.example/", limits=Limits(seconds=0.2), network=network)

    assert str(refused.value) == f"{scheme}://slow.example/: no whole answer within 0.2 seconds."


def test_a_resolver_that_takes_its_time_is_left(web):
    over = threading.Event()
    network = Network(resolve=lambda host, port: [PUBLIC] if over.wait(1) else ["127.0.0.1"])

    with pytest.raises(FetchError, match="no whole answer within 0.1 seconds"):
        get("http://slow.example/", limits=Limits(seconds=0.1), network=network)

    over.set()
