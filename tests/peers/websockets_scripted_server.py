#!/usr/bin/python3
"""A server with Debian's python3-websockets that does what the path says.

    /usr/bin/python3 websockets_scripted_server.py

    /fragments      a text and a binary message in fragments, with a ping between them; then a close with 1000
    /close/CODE     a close with this code and the reason `because ü`
    /drop           the TCP connection ends without a close
    /wait           nothing

Prints `listening on ws://127.0.0.1:PORT/` once it is ready, `pong PAYLOAD` for each pong and `closed CODE REASON` at
the end of each connection.
Written for version 10.4 of the package.
"""

import asyncio
import signal

import websockets


def say(line):
    print(line, flush=True)


async def ping(ws, payload):
    await (await ws.ping(payload))  # ends with the pong
    say(f"pong {payload}")


async def fragments(ws, parts, payload):
    yield parts[0]
    await ping(ws, payload)
    for part in parts[1:]:
        yield part


async def serve(ws, path):
    try:
        if path == "/fragments":
            await ws.send(fragments(ws, ["fragments: ü", "", " 日本語 😀"], "between"))
            binary = b"weft" * 50_000
            await ws.send(fragments(ws, [binary[:70_000], binary[70_000:]], ""))
        elif path.startswith("/close/"):
            await ws.close(int(path[len("/close/") :]), "because ü")
        elif path == "/drop":
            ws.transport.abort()
        else:
            await ws.wait_closed()
        await ws.close()
    finally:
        await ws.wait_closed()
        say(f"closed {ws.close_code} {ws.close_reason}")


async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with websockets.serve(serve, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=1) as server:
        say(f"listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await stop.wait()


asyncio.run(main())
