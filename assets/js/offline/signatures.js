// Keys and signatures of the two suites. SHA-256 and P-256 come with the browser; Ed25519 does not come with every
// browser that is in use, so it is computed here, in every browser alike.
import { verifyAsync } from '@noble/ed25519'

import { decodeBase64url, encodeBase64url, encodeText, isEqual, joined, sha256 } from './bytes.js'
import { INTEGER, SEQUENCE, contentsOf, membersOf, readAll } from './der.js'
import { NotVerified } from './faults.js'
import { canonical, hasMembers } from './json.js'

export const P256 = 'p256-sha256'
export const ED25519 = 'ed25519-sha256'
export const SUITES = [P256, ED25519]
export const ALGORITHMS = { [P256]: 'ES256', [ED25519]: 'Ed25519' }

const HALF = 32
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

export function ed25519Key (raw) {
  return { suite: ED25519, raw }
}

// The uncompressed point; throws for one that is not on the curve.
export async function p256Key (point) {
  const handle = await crypto.subtle.importKey('raw', point, CURVE, false, ['verify'])
  return { suite: P256, raw: point, handle }
}

// Returns the key in a JWK that is written as the platform writes it.
export async function readJwk (members) {
  try {
    if (hasMembers(members, ['crv', 'kty', 'x']) && members.get('kty') === 'OKP' && members.get('crv') === 'Ed25519') {
      const raw = decodeBase64url(members.get('x'))
      if (raw.length === HALF) {
        return ed25519Key(raw)
      }
    }
    if (hasMembers(members, ['crv', 'kty', 'x', 'y']) && members.get('kty') === 'EC' && members.get('crv') === 'P-256') {
      const halves = [members.get('x'), members.get('y')].map((text) => decodeBase64url(text))
      if (halves.every((half) => half.length === HALF)) {
        return await p256Key(joined(Uint8Array.of(4), ...halves))
      }
    }
  } catch {
    // said below
  }
  throw new NotVerified('MALFORMED', 'jwk')
}

// The thumbprint of RFC 7638, by which signatures name a key.
export async function keyName (key) {
  const members = key.suite === ED25519
    ? { crv: 'Ed25519', kty: 'OKP', x: encodeBase64url(key.raw) }
    : {
        crv: 'P-256',
        kty: 'EC',
        x: encodeBase64url(key.raw.subarray(1, 1 + HALF)),
        y: encodeBase64url(key.raw.subarray(1 + HALF))
      }
  return encodeBase64url(await sha256(encodeText(canonical(new Map(Object.entries(members))))))
}

export function isSameKey (one, other) {
  return one.suite === other.suite && isEqual(one.raw, other.raw)
}

// Tells whether a signature holds: of 64 bytes, in either suite.
export async function holds (key, signature, message) {
  if (signature.length !== 2 * HALF) {
    return false
  }
  if (key.suite === P256) {
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key.handle, signature, message)
  }
  try {
    return await verifyAsync(signature, message, key.raw, { zip215: false })
  } catch {
    return false // a point or a number that is none
  }
}

// Returns the 64 bytes of an ECDSA signature that is written in DER; throws for any other spelling.
export function fromDer (raw) {
  const [pair, ...more] = readAll(raw)
  const numbers = membersOf(pair, SEQUENCE).map((value) => unsigned(contentsOf(value, INTEGER)))
  if (more.length > 0 || numbers.length !== 2) {
    throw new RangeError('signature')
  }
  return joined(...numbers)
}

function unsigned (contents) {
  const isPadded = contents[0] === 0 && contents.length > 1
  const digits = isPadded ? contents.subarray(1) : contents
  if (digits.length === 0 || digits.length > HALF || (isPadded ? digits[0] < 0x80 : digits[0] >= 0x80)) {
    throw new RangeError('number')
  }
  return joined(new Uint8Array(HALF - digits.length), digits)
}
