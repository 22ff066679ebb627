// A client with the npm package ws that checks an echo server.
//
//   npm ci                                  once
//   node ws-echo-client.mjs [options] URL
//
//   --subprotocol NAME                      offer it, and expect the server to accept it
//   --ca FILE                               wss: trust this PEM certificate
//   --insecure                              wss: trust anybody
//   --deflate                               offer permessage-deflate, and fail unless the server accepts it
//   --server-max-window-bits N              8 to 15; this and the following mean --deflate too
//   --client-max-window-bits N
//   --server-no-context-takeover
//   --client-no-context-takeover
//
// Sends messages and pings of many kinds, checks every echo and pong, closes with 1000 and expects 1000 back.
// Prints `ok N messages` and exits with 0; else prints what is wrong and exits with 1.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { parse, perMessageDeflate } from './options.mjs';

const TEXTS = [
  'Hello',
  '',
  ' \t\r\n\u0000\u007f',
  'Grüße, Ελληνικά, Русский, עברית, العربية, हिन्दी, 日本語, 한국어, ไทย',
  '😀 👩‍👩‍👧‍👦 🏳️‍🌈 𝄞 e\u0301 \u{10ffff}',
  'All work and no play. '.repeat(5000),
];
const SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1024 * 1024];
const PING_PAYLOADS = ['', 'ping', 'p'.repeat(125)];
const BURST = 100;

const { values, positionals: [url] } = parse({
  subprotocol: { type: 'string' },
  ca: { type: 'string' },
  insecure: { type: 'boolean', default: false },
}, 1);

function fail(e) {
  console.log(String(e.message ?? e).split('\n')[0]);
  process.exit(1);
}
process.on('uncaughtException', fail);
setTimeout(fail, 60_000, 'no success within 60 seconds').unref();

const deflate = perMessageDeflate(values);
const ws = new WebSocket(url, values.subprotocol ? [values.subprotocol] : [], {
  perMessageDeflate: deflate,
  maxPayload: 64 * 1024 * 1024,
  ca: values.ca && readFileSync(values.ca),
  rejectUnauthorized: !values.insecure,
});
ws.on('error', fail);
ws.on('close', (code, reason) => {
  if (!closing) fail(`closed early: ${code} ${reason}`);
});

let closing = false;
let count = 0;
const received = [];
let wake = () => {};
ws.on('message', (data, isBinary) => {
  received.push({ data, isBinary });
  wake();
});

async function expectEcho(data, isBinary, what) {
  while (received.length === 0) await new Promise(resolve => { wake = resolve; });
  const echo = received.shift();
  assert.equal(echo.isBinary, isBinary, `${what}: the echo has the other type`);
  assert.ok(echo.data.equals(Buffer.from(data)), `${what}: the echo has other bytes, ${echo.data.length} of them`);
  count++;
}

async function ping(payload) {
  const pong = once(ws, 'pong');
  ws.ping(payload);
  const [data] = await pong;
  assert.equal(data.toString(), payload, 'the pong has another payload than the ping');
}

await once(ws, 'open');
assert.equal(ws.protocol, values.subprotocol ?? '', 'the server chose another subprotocol');
assert.equal(ws.extensions !== '', Boolean(deflate), `extensions in use: "${ws.extensions}"`);

for (const text of TEXTS) {
  ws.send(text);
  await expectEcho(text, false, `text of ${text.length} characters`);
}
for (const size of SIZES) {
  // Half of it noise and half of it zeros: both what deflate cannot and what it can make shorter.
  const data = Buffer.concat([randomBytes(size >> 1), Buffer.alloc(size - (size >> 1))]);
  ws.send(data);
  await expectEcho(data, true, `binary of ${size} bytes`);
}
for (const payload of PING_PAYLOADS) await ping(payload);

// Fragments, cut in the middle of a character, empty ones among them, and a ping in between.
const text = Buffer.from('fragments: ü 日本語 😀');
ws.send(text.subarray(0, 12), { binary: false, fin: false });
ws.send(text.subarray(12, 12), { binary: false, fin: false });
ws.send(text.subarray(12, 21), { binary: false, fin: false });
await ping('between');
ws.send(text.subarray(21), { binary: false, fin: true });
await expectEcho(text, false, 'text in fragments');

const binary = randomBytes(200_000);
ws.send(binary.subarray(0, 70_000), { fin: false });
ws.send(binary.subarray(70_000), { fin: false });
ws.send('', { binary: true, fin: true });
await expectEcho(binary, true, 'binary in fragments');

for (let i = 0; i < BURST; i++) ws.send(`burst ${i}`);
for (let i = 0; i < BURST; i++) await expectEcho(`burst ${i}`, false, `message ${i} of a burst`);

closing = true;
const closed = once(ws, 'close');
ws.close(1000, 'bye');
const [code] = await closed;
assert.equal(code, 1000, `the answer to close 1000 is ${code}`);
assert.equal(received.length, 0, 'more messages came than were sent');
console.log(`ok ${count} messages`);
process.exit(0);
