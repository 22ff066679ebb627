// Options that ws-echo-server.mjs and ws-echo-client.mjs share; not a program.

import { parseArgs } from 'node:util';

const DEFLATE_OPTIONS = {
  'deflate': { type: 'boolean', default: false },
  'server-max-window-bits': { type: 'string' },
  'client-max-window-bits': { type: 'string' },
  'server-no-context-takeover': { type: 'boolean' },
  'client-no-context-takeover': { type: 'boolean' },
};

/** Parses the command line: the shared options and the given ones. Anything unknown ends the program with 1. */
export function parse(options, positionals = 0) {
  try {
    const parsed = parseArgs({ options: { ...DEFLATE_OPTIONS, ...options }, allowPositionals: true });
    if (parsed.positionals.length !== positionals) throw new Error(`expected ${positionals} arguments besides options`);
    return parsed;
  } catch (e) {
    console.log(`${e.message}; see the head of the script`);
    process.exit(1);
  }
}

/** The value of `perMessageDeflate` for ws. Any of the parameters means --deflate too. */
export function perMessageDeflate(values) {
  const bits = name => (values[name] === undefined ? undefined : Number(values[name]));
  const parameters = {
    serverMaxWindowBits: bits('server-max-window-bits'),
    clientMaxWindowBits: bits('client-max-window-bits'),
    serverNoContextTakeover: values['server-no-context-takeover'],
    clientNoContextTakeover: values['client-no-context-takeover'],
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  // Threshold 0: ws would send short messages uncompressed, and those are the ones with corner cases.
  return values.deflate || given.length > 0 ? { ...Object.fromEntries(given), threshold: 0 } : false;
}
