// Verifies webhooks as the vendor's receiver does: node receive.mjs <key> <secret>, an array of {body, authorization} on standard input. Prints for each what
// was received, or why not.
import './webcrypto.mjs';
import { TokenVerifier, WebhookReceiver } from 'livekit-server-sdk';
import { text } from 'node:stream/consumers';

const [key, secret] = process.argv.slice(2);
const receiver = new WebhookReceiver(key, secret);
const verifier = new TokenVerifier(key, secret);
const outcomes = [];
for (const { body, authorization } of JSON.parse(await text(process.stdin))) {
  try {
    const event = await receiver.receive(body, authorization);
    const claims = await verifier.verify(authorization);
    outcomes.push({
      event: event.event, id: event.id, ageSeconds: Date.now() / 1000 - Number(event.createdAt), room: event.room?.name, sid: event.room?.sid,
      participant: event.participant?.identity, name: event.participant?.name, reason: event.participant?.disconnectReason,
      track: event.track?.sid, numDropped: event.numDropped, lifetime: claims.exp - claims.nbf,
    });
  } catch (e) {
    outcomes.push({ refused: e.message });
  }
}

console.log(JSON.stringify(outcomes));
