// An echo server with the npm package ws: text comes back as text, binary as binary.
//
//   npm ci                                  once
//   node ws-echo-server.mjs [options]
//
//   --port N                                default 0, any free port
//   --cert FILE --key FILE                  wss, with this PEM certificate (chain) and key
//   --deflate                               accept permessage-deflate (default: refuse it)
//   --server-max-window-bits N              9 to 15; this and the following mean --deflate too
//   --client-max-window-bits N
//   --server-no-context-takeover
//   --client-no-context-takeover
//
// Prints `listening on ws://127.0.0.1:PORT/` once it is ready. The first subprotocol offered is accepted.
// A message may have 64 MiB. SIGTERM ends it: connections close with 1001, exit code 0.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { parse, perMessageDeflate } from './options.mjs';

const { values } = parse({
  port: { type: 'string', default: '0' },
  cert: { type: 'string' },
  key: { type: 'string' },
});

const http = values.cert
  ? createTlsServer({ cert: readFileSync(values.cert), key: readFileSync(values.key) })
  : createServer();

const server = new WebSocketServer({
  server: http,
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: perMessageDeflate(values),
  handleProtocols: offered => offered.values().next().value,
});

server.on('connection', ws => {
  ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary }));
  ws.on('error', e => console.log(`connection failed: ${e.message}`));   // a broken peer must not end the server
});

http.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`listening on ${values.cert ? 'wss' : 'ws'}://127.0.0.1:${http.address().port}/`);
});

process.on('SIGTERM', () => {
  for (const ws of server.clients) ws.close(1001, 'stopping');
  http.close(() => process.exit(0));
  http.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000);   // for peers that do not answer the close
});
