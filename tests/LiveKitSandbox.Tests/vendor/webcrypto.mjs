// Debian 12 has Node 18, which has what the SDK asks for, but not as a global.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
