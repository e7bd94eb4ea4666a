"""A local TCP proxy that does to connections what networks do: cut, hold their tongue, be slow, refuse."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

FOR_EVER = 1 << 62
RESET = struct.pack("ii", 1, 0)  # close with RST instead of FIN


@dataclass(frozen=True)
class Fault:
    """What befalls one connection.

    Attributes:
        after: bytes of the server's answers that pass before.
        do: called then, once; what comes next passes unless `then` says otherwise.
        then: "pass"; "cut": both ends are closed; "reset": the same, with RST; "silent": nothing passes any more.
        delay: seconds before each block of the server's answers.
        refused: the connection is closed as soon as it is made.
    """

    after: int = FOR_EVER
    do: Callable[[], object] | None = None
    then: str = "pass"
    delay: float = 0.0
    refused: bool = False


SOUND = Fault()


@dataclass
class Proxy:
    """A proxy at work.

    Attributes:
        port: where it listens.
        passed: bytes of the server's answers that passed, per connection.
    """

    port: int
    passed: list[int] = field(default_factory=list)

    def url(self, url, host="127.0.0.1"):
        """That URL of a server on 127.0.0.1, through the proxy; nothing is encrypted, so that bytes can be counted."""
        front, _, rest = url.partition("@127.0.0.1:")
        plain = "sslmode=disable&gssencmode=disable"
        return f"{front}@{host}:{self.port}/{rest.partition('/')[2]}{'&' if '?' in rest else '?'}{plain}"


@contextmanager
def proxy(target, *faults, then=SOUND, host="127.0.0.1"):
    """A proxy before a port of 127.0.0.1; the connections suffer the faults in their order, later ones `then`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    open_ends, threads = [], []
    with socket.create_server((host, 0), family=family) as listening:
        made = Proxy(listening.getsockname()[1])

        def begin(work, *arguments):
            thread = threading.Thread(target=work, args=arguments, daemon=True)
            thread.start()
            threads.append(thread)

        def serve():
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                number = len(made.passed)
                made.passed.append(0)
                fault = faults[number] if number < len(faults) else then
                if fault.refused:
                    client.close()
                    continue
                try:
                    upstream = socket.create_connection(("127.0.0.1", target))
                except OSError:  # as a server that is gone would
                    client.close()
                    continue
                open_ends.extend((client, upstream))
                begin(_forward, client, upstream)
                begin(_answer, upstream, client, fault, made, number)

        begin(serve)
        try:
            yield made
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for end in open_ends:
                _close(end)
            for thread in threads:
                thread.join(5)


def _forward(client, upstream):
    """What the client says passes as it is."""
    with suppress(OSError):
        while block := client.recv(65536):
            upstream.sendall(block)
    with suppress(OSError):
        upstream.shutdown(socket.SHUT_WR)


def _answer(upstream, client, fault, made, number):
    """What the server says passes until the fault."""
    hidden, done = fault.after, fault.do is None
    with suppress(OSError):
        while True:
            if not done and made.passed[number] >= hidden:
                done = True
                fault.do()
            if fault.then != "pass" and made.passed[number] >= hidden:
                break
            room = hidden - made.passed[number] if made.passed[number] < hidden else 65536
            block = upstream.recv(min(65536, room))
            if not block:
                client.shutdown(socket.SHUT_WR)
                return
            time.sleep(fault.delay)
            client.sendall(block)
            made.passed[number] += len(block)
    if fault.then == "reset":
        with suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    if fault.then != "silent":  # the server's end may have been reset, too
        _close(upstream)
        _close(client)


def _close(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
