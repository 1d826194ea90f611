// The proof that an event is in the ledger (RFC 9162, 2.1.3.2), against a state that the reader trusts.
import { LARGEST_TEXT, decodeBase64, encodeText, isEqual, isWellFormed, sha256 } from './bytes.js'
import { NotVerified } from './faults.js'
import { hasMembers, readJson, readObject } from './json.js'
import { readMoment } from './moments.js'

const EVENT = ['actor', 'at', 'body', 'kind', 'organisation', 'person']
const PROOF = ['event', 'payload', 'salt', 'leaf', 'path', 'checkpoint']
const SALT = 16
const HASH = 32
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

export async function verifyEventProof (text, trust) {
  if (text.length > LARGEST_TEXT) {
    throw new NotVerified('TOO_LARGE')
  }
  const proof = readJson(text, 'proof')
  if (!hasMembers(proof, PROOF) || typeof proof.get('checkpoint') !== 'string') {
    throw new NotVerified('MALFORMED', 'proof')
  }
  const state = await trust.openState(proof.get('checkpoint'))
  const [payload, index, path] = ['payload', 'leaf', 'path'].map((name) => proof.get(name))
  const isIndex = typeof index === 'bigint' || Number.isSafeInteger(index)
  if (typeof payload !== 'string' || !isIndex || !Array.isArray(path)) {
    throw new NotVerified('MALFORMED', 'proof')
  }
  const salt = bytesOf(proof.get('salt'))
  if (salt.length !== SALT || !isWellFormed(payload)) {
    throw new NotVerified('MALFORMED', 'event')
  }
  const event = encodeText(payload)
  const leaf = await sha256(LEAF, await sha256(salt, event))
  const isInside = await leadsToRoot(leaf, BigInt(index), path.map(bytesOf), state.checkpoint)
  if (!isInside) {
    throw new NotVerified('NOT_IN_LEDGER', `leaf ${index}`)
  }
  const contents = readObject(event, 'event')
  const person = contents.get('person')
  const isEvent = hasMembers(contents, EVENT) && typeof contents.get('kind') === 'string' &&
    contents.get('body') instanceof Map && (person === null || Number.isSafeInteger(person))
  if (!isEvent) {
    throw new NotVerified('MALFORMED', 'event')
  }
  return { kind: contents.get('kind'), at: readMoment(contents.get('at'), 'at'), body: contents.get('body'), index, state }
}

async function leadsToRoot (leaf, index, path, { size, root }) {
  if (index < 0n || index >= size || path.some((hash) => hash.length !== HASH)) {
    return false
  }
  let [left, last, computed] = [index, size - 1n, leaf]
  for (const sibling of path) {
    if (last === 0n) {
      return false
    }
    if (left & 1n || left === last) {
      computed = await sha256(NODE, sibling, computed)
      while (left && !(left & 1n)) {
        left >>= 1n
        last >>= 1n
      }
    } else {
      computed = await sha256(NODE, computed, sibling)
    }
    left >>= 1n
    last >>= 1n
  }
  return last === 0n && isEqual(computed, root)
}

function bytesOf (text) {
  const raw = typeof text === 'string' ? decodeBase64(text) : null
  if (raw === null) {
    throw new NotVerified('MALFORMED', 'base64')
  }
  return raw
}
