// Everything that RoomServiceClient can ask of the sandbox, once: node rooms.mjs <url> <key> <secret>. Prints what came back, one JSON object.
import './webcrypto.mjs';
import { AccessToken, DataPacket_Kind, RoomServiceClient, TokenVerifier, TrackSource } from 'livekit-server-sdk';

const [url, key, secret] = process.argv.slice(2);
const client = new RoomServiceClient(url, key, secret);
const seen = {};

// How the SDK's client sees a refusal.
const refused = async (call) => {
  try {
    await call();
    return null;
  } catch (e) {
    return { status: e.status, code: e.code };
  }
};

// A person's own client, which would open a web socket, is the control API here; the token is the SDK's.
const join = async (identity, grant, more = {}) => {
  const token = new AccessToken(key, secret, { identity, ttl: '10m', ...more });
  token.addGrant({ roomJoin: true, room: 'lesson', ...grant });
  const answer = await fetch(new URL('/control/join', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: await token.toJwt() }),
  });
  if (!answer.ok) throw new Error(`${identity}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const room = await client.createRoom({ name: 'lesson', emptyTimeout: 600, maxParticipants: 40, metadata: '{"lesson":"الجبر"}' });
const again = await client.createRoom({ name: 'lesson', emptyTimeout: 900 });
seen.created = {
  sid: room.sid, name: room.name, emptyTimeout: room.emptyTimeout, maxParticipants: room.maxParticipants, metadata: room.metadata,
  agesSeconds: Date.now() / 1000 - Number(room.creationTime), codecs: room.enabledCodecs.length,
};
seen.createdAgain = { sid: again.sid, emptyTimeout: again.emptyTimeout, maxParticipants: again.maxParticipants };
await client.createRoom({ name: 'another' });
seen.listed = (await client.listRooms()).map((r) => r.name);
seen.listedByName = (await client.listRooms(['lesson', 'nowhere'])).map((r) => r.name);

await join('teacher', {}, { name: 'أحمد محمد 🦩', metadata: '{"role":"teacher"}', attributes: { classId: '7b' } });
const student = await join('student', { canPublish: false, canPublishSources: [TrackSource.MICROPHONE] });
seen.participants = (await client.listParticipants('lesson')).map((p) => ({
  identity: p.identity, name: p.name, metadata: p.metadata, attributes: p.attributes, state: p.state, canPublish: p.permission.canPublish,
  sources: p.permission.canPublishSources, joined: Date.now() / 1000 - Number(p.joinedAt) < 60,
}));
seen.found = (await client.getParticipant('lesson', 'student')).sid === student.participantSid;
seen.updated = (await client.updateParticipant('lesson', 'student', {
  metadata: 'new', attributes: { hand: 'up' }, permission: { canPublish: true, canSubscribe: true, canPublishData: true },
})).permission.canPublish;
seen.roomMetadata = (await client.updateRoomMetadata('lesson', 'changed')).metadata;
await client.sendData('lesson', new TextEncoder().encode('{"command":"mute"}'), DataPacket_Kind.RELIABLE, {
  topic: 'teacher_controls', destinationIdentities: ['student'],
});
await client.updateSubscriptions('lesson', 'student', ['TR_one'], false);
seen.muteOfNothing = await client.mutePublishedTrack('lesson', 'student', 'TR_none', true).then((t) => t ?? null);
seen.unmute = await refused(() => client.mutePublishedTrack('lesson', 'student', 'TR_none', false));
await client.removeParticipant('lesson', 'student');
seen.afterRemoval = (await client.listParticipants('lesson')).map((p) => p.identity);
seen.removedAgain = await refused(() => client.removeParticipant('lesson', 'student'));
seen.unknownParticipant = await refused(() => client.getParticipant('lesson', 'nobody'));
await client.deleteRoom('lesson');
seen.deletedAgain = await refused(() => client.deleteRoom('lesson'));
seen.dataToNowhere = await refused(() => client.sendData('lesson', new Uint8Array([1]), DataPacket_Kind.LOSSY));
seen.otherSecret = await refused(() => new RoomServiceClient(url, key, 'another-secret-0123456789abcdefghij').listRooms());
seen.left = (await client.listRooms()).map((r) => r.name);

// The other way round: what this SDK makes of a token that it made.
const own = new AccessToken(key, secret, { identity: 'teacher' });
own.addGrant({ roomJoin: true, room: 'lesson' });
seen.ownToken = (await new TokenVerifier(key, secret).verify(await own.toJwt())).video;

console.log(JSON.stringify(seen));
