#!/usr/bin/python3
"""An echo server with Debian's python3-websockets: text comes back as text, binary as binary.

    /usr/bin/python3 websockets_echo_server.py [options]

    --port N                                default 0, any free port
    --cert FILE --key FILE                  wss, with this PEM certificate (chain) and key
    --deflate                               accept permessage-deflate (default: refuse it)
    --server-max-window-bits N              9 to 15; this and the following mean --deflate too
    --client-max-window-bits N
    --server-no-context-takeover
    --client-no-context-takeover

Prints `listening on ws://127.0.0.1:PORT/` once it is ready. The first subprotocol offered is accepted.
A message may have 64 MiB. SIGTERM ends it: connections close with 1001, exit code 0.
Written for version 10.4 of the package.
"""

import asyncio
import signal
import ssl

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.headers import parse_subprotocol

from options import deflate_parameters, parser


class Protocol(websockets.WebSocketServerProtocol):
    @staticmethod
    def process_subprotocol(headers, available_subprotocols):
        offered = [name for value in headers.get_all("Sec-WebSocket-Protocol") for name in parse_subprotocol(value)]
        return offered[0] if offered else None


async def echo(ws):
    try:
        async for message in ws:
            await ws.send(message)
    except websockets.ConnectionClosed as e:
        print(f"connection failed: {e}", flush=True)


async def main():
    p = parser()
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--cert")
    p.add_argument("--key")
    args = p.parse_args()

    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)
    deflate = deflate_parameters(args)

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with websockets.serve(
        echo,
        "127.0.0.1",
        args.port,
        create_protocol=Protocol,
        compression=None,
        extensions=None if deflate is None else [ServerPerMessageDeflateFactory(**deflate)],
        max_size=64 * 1024 * 1024,
        ping_interval=None,
        close_timeout=1,
        ssl=context,
    ) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on {'wss' if context else 'ws'}://127.0.0.1:{port}/", flush=True)
        await stop.wait()


asyncio.run(main())
