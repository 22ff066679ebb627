#!/usr/bin/python3
"""A client with Debian's python3-websockets that checks an echo server.

    /usr/bin/python3 websockets_echo_client.py [options] URL

    --subprotocol NAME                      offer it, and expect the server to accept it
    --ca FILE                               wss: trust this PEM certificate
    --insecure                              wss: trust anybody
    --cert FILE --key FILE                  wss: show this client certificate
    --deflate                               offer permessage-deflate, and fail unless the server accepts it
    --server-max-window-bits N              9 to 15; this and the following mean --deflate too
    --client-max-window-bits N
    --server-no-context-takeover
    --client-no-context-takeover

Sends messages and pings of many kinds, checks every echo and pong, closes with 1000 and expects 1000 back.
Prints `ok N messages` and exits with 0; else prints what is wrong and exits with 1.
Written for version 10.4 of the package.
"""

import asyncio
import os
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from options import deflate_parameters, parser

TEXTS = [
    "Hello",
    "",
    " \t\r\n\x00\x7f",
    "Grüße, Ελληνικά, Русский, עברית, العربية, हिन्दी, 日本語, 한국어, ไทย",
    "😀 👩‍👩‍👧‍👦 🏳️‍🌈 𝄞 e\u0301 \U0010ffff",
    "All work and no play. " * 5000,
]
SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1024 * 1024]
PING_PAYLOADS = [b"", b"ping", b"p" * 125]
BURST = 100


class Failure(Exception):
    pass


def check(fact, message):
    if not fact:
        raise Failure(message)


def tls_context(args):
    if not args.url.startswith("wss:"):
        return None
    context = ssl.create_default_context(cafile=args.ca)
    if args.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if args.cert:
        context.load_cert_chain(args.cert, args.key)
    return context


async def run(args):
    deflate = deflate_parameters(args)
    if deflate is not None:
        deflate.setdefault("client_max_window_bits", True)  # the server may choose
    ws = await websockets.connect(
        args.url,
        compression=None,
        extensions=None if deflate is None else [ClientPerMessageDeflateFactory(**deflate)],
        subprotocols=[args.subprotocol] if args.subprotocol else None,
        max_size=64 * 1024 * 1024,
        ping_interval=None,
        ssl=tls_context(args),
    )
    check(ws.subprotocol == args.subprotocol, f"the server chose the subprotocol {ws.subprotocol}")
    used = ws.response_headers.get("Sec-WebSocket-Extensions", "")
    check(bool(used) == (deflate is not None), f'extensions in use: "{used}"')
    count = 0

    async def expect_echo(message, what):
        nonlocal count
        echo = await ws.recv()
        check(type(echo) is type(message), f"{what}: the echo has the other type")
        check(echo == message, f"{what}: the echo differs, it has the length {len(echo)}")
        count += 1

    async def ping(payload):
        await (await ws.ping(payload))  # ends with a pong of the same payload only

    for text in TEXTS:
        await ws.send(text)
        await expect_echo(text, f"text of {len(text)} characters")
    for size in SIZES:
        # Half of it noise and half of it zeros: both what deflate cannot and what it can make shorter.
        data = os.urandom(size // 2) + bytes(size - size // 2)
        await ws.send(data)
        await expect_echo(data, f"binary of {size} bytes")
    for payload in PING_PAYLOADS:
        await ping(payload)

    # Fragments, an empty one among them, and a ping in between.
    async def fragments(parts):
        for part in parts:
            yield part
        await ping(b"between")
        yield parts[0]

    await ws.send(fragments(["fragments: ü ", "", "日本語", " 😀"]))
    await expect_echo("fragments: ü 日本語 😀fragments: ü ", "text in fragments")
    binary = os.urandom(100_000)
    await ws.send(fragments([binary[:70_000], b"", binary[70_000:]]))
    await expect_echo(binary + binary[:70_000], "binary in fragments")

    for i in range(BURST):
        await ws.send(f"burst {i}")
    for i in range(BURST):
        await expect_echo(f"burst {i}", f"message {i} of a burst")

    await ws.close(1000, "bye")
    check(ws.close_code == 1000, f"the answer to close 1000 is {ws.close_code}")
    return count


def main():
    p = parser()
    p.add_argument("url")
    p.add_argument("--subprotocol")
    p.add_argument("--ca")
    p.add_argument("--insecure", action="store_true")
    p.add_argument("--cert")
    p.add_argument("--key")
    args = p.parse_args()
    try:
        count = asyncio.run(asyncio.wait_for(run(args), 60))
    except asyncio.TimeoutError:
        print("no success within 60 seconds")
        sys.exit(1)
    except Exception as e:  # whatever it is, the caller wants one line and a 1
        print(str(e) or repr(e))
        sys.exit(1)
    print(f"ok {count} messages")


main()
