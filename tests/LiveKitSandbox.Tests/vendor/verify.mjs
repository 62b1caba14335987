// Verifies participants' tokens as the vendor's server SDK does: node verify.mjs <key> <secret>, an array of tokens on standard input. Prints the claims of each, or
// why it was refused.
import './webcrypto.mjs';
import { TokenVerifier } from 'livekit-server-sdk';
import { text } from 'node:stream/consumers';

const [key, secret] = process.argv.slice(2);
const verifier = new TokenVerifier(key, secret);
const outcomes = [];
for (const token of JSON.parse(await text(process.stdin))) {
  try {
    outcomes.push(await verifier.verify(token));
  } catch (e) {
    outcomes.push({ refused: e.message });
  }
}

console.log(JSON.stringify(outcomes));
