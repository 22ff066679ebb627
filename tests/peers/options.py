"""Options that websockets_echo_server.py and websockets_echo_client.py share; not a program."""

import argparse


def parser():
    p = argparse.ArgumentParser(allow_abbrev=False)
    p.add_argument("--deflate", action="store_true")
    p.add_argument("--server-max-window-bits", type=int)
    p.add_argument("--client-max-window-bits", type=int)
    p.add_argument("--server-no-context-takeover", action="store_true", default=None)
    p.add_argument("--client-no-context-takeover", action="store_true", default=None)
    return p


def deflate_parameters(args):
    """The arguments of the permessage-deflate factories, None without the extension. Any parameter means --deflate."""
    names = (
        "server_max_window_bits",
        "client_max_window_bits",
        "server_no_context_takeover",
        "client_no_context_takeover",
    )
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    return given if args.deflate or given else None
