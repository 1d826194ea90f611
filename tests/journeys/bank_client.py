"""A bank's program: OAuth by the standards, inquiries by our OpenAPI document, offline checks. Nothing of ours in it.

It stands for whatever a bank writes: the standard library, and ``cryptography`` for Ed25519. Run as a program; it speaks
one JSON object a line, and waits for a line where it says so. What it knows comes with its first line.
"""

import base64
import hashlib
import http.server
import json
import re
import secrets
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PATIENCE_SECONDS = 60


def say(**told):
    print(json.dumps(told), flush=True)


def hear():
    return json.loads(sys.stdin.readline())


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# The wire --------------------------------------------------------------------------------------------------------------


def call(method, url, *, body=None, form=None, token="", basic=None, **headers):
    data = None
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    if form is not None:
        data, headers["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if basic:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
    asked = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.loads(refused.read())


class Bank:
    def __init__(self, known):
        self.site, self.known = known["site"], known
        self.server = self.call("GET", f"{self.site}/.well-known/oauth-authorization-server")[2]
        document = self.call("GET", self.server["service_documentation"])[2]
        # Addresses come from the document, by the names of its operations.
        self.paths = {
            operation["operationId"]: path
            for path, methods in document["paths"].items()
            for operation in methods.values()
        }
        self.basic = (known["bank"]["client_id"], known["bank"]["client_secret"])
        self.token = ""
        self.keys = self.call("GET", self.url("read_receipt_keys"))[2]

    call = staticmethod(call)

    def url(self, operation, **places):
        return self.site + self.paths[operation].format(**places)

    def push(self, redirect_uri, **changed):
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        self.state = secrets.token_urlsafe(16)
        details = {
            "type": "personal-credit-inquiry",
            "purpose": "LENDING",
            "items": [self.known["item"]],
            "looks": 3,
            "days": 30,
            "case_number": "DK-2026-0001",
        }
        form = {
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "authorization_details": json.dumps([details | changed]),
        }
        url = self.server["pushed_authorization_request_endpoint"]
        status, _, told = self.call("POST", url, form=form, basic=self.basic)
        assert status == 201, (status, told)
        query = urlencode({"client_id": self.basic[0], "request_uri": told["request_uri"]})
        return f"{self.server['authorization_endpoint']}?{query}"

    def exchange(self, code, redirect_uri, *, verifier="", basic=None):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier or self.verifier,
        }
        return self.call("POST", self.server["token_endpoint"], form=form, basic=basic or self.basic)

    def inquire(self, authorisation, **headers):
        question = {
            "purpose": "LENDING",
            "identity_number": self.known["number"],
            "name": self.known["name"],
            "items": [self.known["item"]],
            "form": "LIST",
            "case_number": "DK-2026-0001",
            "authorisation": authorisation,
        }
        return self.call("POST", self.url("make_inquiry"), body=question, token=self.token, **headers)

    def prove(self, reference):
        """Fetch the proof; return it with how long it took to be there, in seconds, and how often it was asked for."""
        began = time.monotonic()
        for asked in range(1, 1000):
            status, headers, told = self.call("GET", self.url("prove_inquiry", reference=reference), token=self.token)
            if status == 200:
                return told, time.monotonic() - began, asked
            assert status == 409, (status, told)
            assert headers["Retry-After"] == "1"
            time.sleep(0.05)
        raise AssertionError(reference)


# Checks without the site ------------------------------------------------------------------------------------------------


def open_receipt(receipt, keys):
    """Return what a receipt says, its signature checked (RFC 7515)."""
    head, body, signature = receipt.split(".")
    header = json.loads(b64(head))
    (key,) = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    assert (key["kty"], key["crv"], header["alg"]) == ("OKP", "Ed25519", "Ed25519")
    Ed25519PublicKey.from_public_bytes(b64(key["x"])).verify(b64(signature), f"{head}.{body}".encode())
    return json.loads(b64(body))


def open_checkpoint(text, verifier_key):
    """Return size and root of a checkpoint, its signature checked (C2SP tlog-checkpoint, signed-note)."""
    origin, key_hash, key = verifier_key.split("+", 2)
    raw = base64.b64decode(key)
    assert raw[0] == 1
    signed, _, lines = text.rpartition("\n\n")
    signature = re.search(rf"^\u2014 {re.escape(origin)} (\S+)$", lines, re.MULTILINE)
    blob = base64.b64decode(signature[1])
    assert blob[:4].hex() == key_hash
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(blob[4:], f"{signed}\n".encode())
    named, size, root = signed.split("\n")[:3]
    assert named == origin
    return int(size), base64.b64decode(root)


def root_of(leaf, index, size, path):
    """Return the root to which a leaf leads (RFC 9162, 2.1.3.2)."""
    at, last, found = index, size - 1, leaf
    for sibling in path:
        assert last > 0
        if at & 1 or at == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        at, last = at >> 1, last >> 1
    assert last == 0
    return found


def check(answer, proof, keys):
    """Check answer, receipt and proof against the keys that were fetched at the beginning; return what was found."""
    said = open_receipt(answer["receipt"], keys)
    text = json.dumps(answer["answer"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    size, root = open_checkpoint(proof["checkpoint"], keys["ledger"]["verifier"])
    leaf = bytes.fromhex(said["ledger_leaf"])
    path = [bytes.fromhex(each) for each in proof["path"]]
    forged = answer["receipt"][:-3] + ("AAA" if not answer["receipt"].endswith("AAA") else "BBB")
    try:
        open_receipt(forged, keys)
        is_forgery_seen = False
    except InvalidSignature:
        is_forgery_seen = True
    return {
        "answer_is_that_of_the_receipt": hashlib.sha256(text).hexdigest() == said["answer_sha256"],
        "receipt_is_of_this_inquiry": said["inquiry"] == answer["reference"],
        "leaf_is_in_the_ledger": root_of(leaf, proof["leaf_index"], proof["tree_size"], path) == root,
        "checkpoint_is_of_this_size": size == proof["tree_size"],
        "another_leaf_is_not": root_of(bytes(32), proof["leaf_index"], proof["tree_size"], path) != root,
        "a_forged_receipt_is_seen": is_forgery_seen,
        "ledger_is_the_one_named": keys["ledger"]["origin"] == said["ledger_origin"],
    }


# The bank's own site ----------------------------------------------------------------------------------------------------


class Back(http.server.BaseHTTPRequestHandler):
    came = []
    is_here = threading.Event()

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/back":
            Back.came.append({name: values[0] for name, values in parse_qs(parts.query).items()})
            Back.is_here.set()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>The bank</title><h1>Back at the bank</h1>")

    def log_message(self, *_):
        pass


def come_back(bank):
    assert Back.is_here.wait(PATIENCE_SECONDS * 3)
    Back.is_here.clear()
    told = Back.came.pop()
    assert told["state"] == bank.state
    assert told["iss"] == bank.server["issuer"]
    return told


def main():
    known = hear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", known["port"]), Back)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bank, here = Bank(known), f"http://127.0.0.1:{known['port']}/back"

    say(refused_at=bank.push(here))
    say(refused=come_back(bank))

    say(go=bank.push(here))
    code = come_back(bank)["code"]
    neighbour = (known["neighbour"]["client_id"], known["neighbour"]["client_secret"])
    attacks = {
        "wrong verifier": bank.exchange(code, here, verifier="w" * 50),
        "wrong address": bank.exchange(code, f"{here}/other"),
        "another client": bank.exchange(code, here, basic=neighbour),
    }
    status, _, told = bank.exchange(code, here)
    assert status == 200, told
    attacks["replayed"] = bank.exchange(code, here)
    bank.token = told["access_token"]
    (granted,) = told["authorization_details"]
    status, _, answer = bank.inquire(granted["authorisation"], **{"Idempotency-Key": "one"})
    assert status == 200, answer
    proof, seconds, _ = bank.prove(answer["reference"])
    status, _, again = bank.inquire(granted["authorisation"], **{"Idempotency-Key": "one"})
    assert status == 200, again
    waits = [seconds]
    for _ in range(1):
        status, _, second = bank.inquire(granted["authorisation"])
        waits.append(bank.prove(second["reference"])[1])
    say(
        granted=granted,
        answer=answer,
        repeated=again,
        checked=check(answer, proof, bank.keys),
        waits=waits,
        attacks={name: (status, told) for name, (status, _, told) in attacks.items()},
        batches=bank.call("GET", f"{bank.site}/api/v1/batches", token=bank.token)[0],
    )
    hear()
    status, _, told = bank.inquire(granted["authorisation"])
    say(status=status, told=told)


if __name__ == "__main__":
    main()
