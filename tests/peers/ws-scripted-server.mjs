// A server with the npm package ws that does what the path says.
//
//   npm ci                                  once
//   node ws-scripted-server.mjs
//
//   /fragments      a text and a binary message in fragments, with a ping between them; then a close with 1000
//   /close/CODE     a close with this code and the reason `because ü`
//   /drop           the TCP connection ends without a close
//   /wait           nothing
//
// Prints `listening on ws://127.0.0.1:PORT/` once it is ready, `pong PAYLOAD` for each pong and `closed CODE REASON` at
// the end of each connection.

import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`listening on ws://127.0.0.1:${server.address().port}/`);
});

function sendFragments(ws) {
  const text = Buffer.from('fragments: ü 日本語 😀');
  ws.send(text.subarray(0, 12), { binary: false, fin: false });   // in the middle of the ü
  ws.ping('between');
  ws.send('', { binary: false, fin: false });
  ws.send(text.subarray(12), { binary: false, fin: true });
  const binary = Buffer.alloc(200_000, 'weft');
  ws.send(binary.subarray(0, 70_000), { fin: false });
  ws.ping('');
  ws.send(binary.subarray(70_000), { fin: true });
}

server.on('connection', (ws, { url }) => {
  ws.on('pong', data => console.log(`pong ${data}`));
  ws.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
  ws.on('error', e => console.log(`connection failed: ${e.message}`));
  if (url === '/fragments') {
    sendFragments(ws);
    ws.close(1000);
  } else if (url.startsWith('/close/')) {
    ws.close(Number(url.slice('/close/'.length)), 'because ü');
  } else if (url === '/drop') {
    ws.terminate();
  }
});

process.on('SIGTERM', () => process.exit(0));
