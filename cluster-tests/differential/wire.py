"""The client protocol over a plain socket, as little of it as a session of requests needs."""

import json
import socket
import time
import urllib.parse


class Message:
    """One delivery: its subject, reply, status line, headers in order, and payload."""

    def __init__(self, subject, sid, reply, header_block, payload):
        self.subject = subject
        self.sid = sid
        self.reply = reply
        self.payload = payload
        self.status = ""
        self.headers = []
        if header_block:
            lines = header_block.decode("latin-1").split("\r\n")
            self.status = lines[0].removeprefix("NATS/1.0").strip()
            self.headers = [tuple(line.split(":", 1)) for line in lines[1:] if line]


def address(url):
    parsed = urllib.parse.urlparse(url if "://" in url else "nats://" + url)
    return parsed.hostname, parsed.port or 4222


class Connection:
    """A connected client; what arrives for no one in particular waits in its subscription's list."""

    def __init__(self, url):
        self.socket = socket.create_connection(address(url), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sids = 0
        self.inboxes = 0
        self.arrived = {}
        self.errors = []
        self.pongs = 0
        self.info = json.loads(self._line(time.monotonic() + 5)[5:])
        self._send(
            b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true,"echo":true,'
            b'"lang":"differential","version":"1"}\r\n'
        )
        self.flush()

    def close(self):
        self.socket.close()

    def _send(self, data):
        self.socket.sendall(data)

    def _fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("closed by the server: " + "; ".join(self.errors))
        self.buffer += chunk

    def _line(self, deadline):
        while b"\r\n" not in self.buffer:
            self._fill(deadline)
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def _take(self, size, deadline):
        while len(self.buffer) < size:
            self._fill(deadline)
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _read_one(self, deadline):
        line = self._line(deadline)
        verb, _, rest = line.decode("latin-1").partition(" ")
        if verb in ("MSG", "HMSG"):
            args = rest.split()
            numbers = 2 if verb == "HMSG" else 1
            reply = args[2] if len(args) == 3 + numbers else None
            total = int(args[-1])
            header = int(args[-2]) if verb == "HMSG" else 0
            data = self._take(total + 2, deadline)[:-2]
            message = Message(args[0], int(args[1]), reply, data[:header], data[header:])
            self.arrived.setdefault(message.sid, []).append(message)
        elif verb == "PING":
            self._send(b"PONG\r\n")
        elif verb == "PONG":
            self.pongs += 1
        elif verb == "-ERR":
            self.errors.append(rest)

    def flush(self, seconds=5):
        wanted = self.pongs + 1
        self._send(b"PING\r\n")
        deadline = time.monotonic() + seconds
        while self.pongs < wanted:
            self._read_one(deadline)

    def subscribe(self, subject, queue=None):
        self.sids += 1
        self._send(f"SUB {subject} {queue + ' ' if queue else ''}{self.sids}\r\n".encode())
        return self.sids

    def unsubscribe(self, sid):
        self._send(f"UNSUB {sid}\r\n".encode())

    def publish(self, subject, payload=b"", headers=None, reply=None):
        reply = reply + " " if reply else ""
        if headers:
            block = b"NATS/1.0\r\n" + b"".join(f"{k}: {v}\r\n".encode() for k, v in headers) + b"\r\n"
            head = f"HPUB {subject} {reply}{len(block)} {len(block) + len(payload)}\r\n".encode()
            self._send(head + block + payload + b"\r\n")
        else:
            self._send(f"PUB {subject} {reply}{len(payload)}\r\n".encode() + payload + b"\r\n")

    def inbox(self):
        self.inboxes += 1
        return f"_INBOX.differential.{id(self):x}.{self.inboxes}"

    def receive(self, sid, count, seconds, last=None):
        """Up to count messages of a subscription; earlier when last(message) says so or the time is over."""
        deadline = time.monotonic() + seconds
        got = []
        while len(got) < count:
            waiting = self.arrived.setdefault(sid, [])
            if waiting:
                got.append(waiting.pop(0))
                if last and last(got[-1]):
                    break
                continue
            try:
                self._read_one(deadline)
            except TimeoutError:
                break
        return got

    def request(self, subject, payload=b"", headers=None, seconds=5):
        inbox = self.inbox()
        sid = self.subscribe(inbox)
        self.publish(subject, payload, headers, inbox)
        got = self.receive(sid, 1, seconds)
        self.unsubscribe(sid)
        return got[0] if got else None


def conversation(url, pieces, idle_seconds=0.4):
    """Sends raw pieces on a fresh socket; what comes back after INFO, and whether the server closed."""
    with socket.create_connection(address(url), timeout=5) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b""
        while b"\r\n" not in data:
            chunk = s.recv(65536)
            if not chunk:
                return "", True
            data += chunk
        data = data.split(b"\r\n", 1)[1]
        closed = False
        for piece in pieces:
            try:
                s.sendall(piece)
            except OSError:
                closed = True
            time.sleep(0.02)
        s.settimeout(idle_seconds)
        while not closed:
            try:
                chunk = s.recv(65536)
            except TimeoutError:
                break
            except OSError:
                closed = True
                break
            if not chunk:
                closed = True
                break
            data += chunk
        lines = [line for line in data.decode("latin-1").split("\r\n") if line != "PING" and not line.startswith("INFO ")]
        return "\n".join(lines).strip("\n"), closed
