// Signed notes of C2SP: checkpoints of the ledger, and the cosignatures of witnesses on them.
import { SPACE, decodeBase64, encodeBase64, encodeText, isEqual, isWellFormed, joined, sha256, toHex } from './bytes.js'
import { NotVerified } from './faults.js'
import { momentOfSeconds } from './moments.js'
import { ed25519Key, holds } from './signatures.js'

const LARGEST_NOTE = 64 * 1024
const LARGEST_SIZE = 2n ** 63n - 1n
const DASH = '\u2014 '
const NAME = new RegExp(`^[^${SPACE}+]+$`)
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g')
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x09\x0b-\x1f]/
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/
const KEY_HASH = 4
const TIME = 8
const HASH = 32
const MOST_WITNESSES = 64

export const LEDGER = 1
export const WITNESS = 4

// Returns a key in the notation "name+hash+base64": of the ledger, or of a witness.
export async function readNoteKey (text, type, place) {
  const trimmed = typeof text === 'string' ? text.replace(AROUND, '') : ''
  const [name, hash] = trimmed.split('+', 2)
  const raw = decodeBase64(trimmed.slice(`${name}+${hash}+`.length)) ?? []
  if (raw.length === 1 + HASH && raw[0] === type && NAME.test(name)) {
    const key = await noteKey(name, type, raw.subarray(1))
    if (toHex(key.hash) === hash) {
      return key
    }
  }
  throw new NotVerified('MALFORMED', place)
}

export async function noteKey (name, type, raw) {
  const named = joined(encodeText(`${name}\n`), Uint8Array.of(type), raw)
  return { name, key: ed25519Key(raw), hash: (await sha256(named)).subarray(0, KEY_HASH) }
}

// Returns the body of a note, and of each signature line the name with what follows it. Nothing is verified here.
export function noteParts (text) {
  const gap = text.lastIndexOf('\n\n')
  const isNote = text.length <= LARGEST_NOTE && !CONTROL.test(text) && isWellFormed(text) && gap >= 0 && text.endsWith('\n')
  const lines = isNote ? text.slice(gap + 2, -1).split('\n') : []
  if (!isNote || gap + 2 >= text.length || new Set(lines).size !== lines.length) {
    throw new NotVerified('MALFORMED', 'checkpoint')
  }
  return { body: text.slice(0, gap + 1), signatures: lines.map(signatureOf) }
}

// Returns the first of some keys that a note names; nothing is verified.
export function signerOf (text, keys) {
  const { signatures } = noteParts(text)
  const signer = keys.find((key) => signatures.some((line) => isOf(line, key)))
  if (signer === undefined) {
    throw new NotVerified('UNKNOWN_KEY', 'checkpoint')
  }
  return signer
}

// Checks the ledger's signature on a checkpoint and reads it. Lines after the root are extensions, and allowed.
export async function openCheckpoint (text, signer) {
  const { body, signatures } = noteParts(text)
  for (const line of signatures.filter((signature) => isOf(signature, signer))) {
    if (!(await holds(signer.key, line.raw.subarray(KEY_HASH), encodeText(body)))) {
      throw new NotVerified('ALTERED', 'checkpoint')
    }
  }
  const lines = body.split('\n')
  const root = lines.length > 3 ? decodeBase64(lines[2]) : null
  if (root?.length !== HASH || lines[0] !== signer.name || !NUMBER.test(lines[1]) || BigInt(lines[1]) > LARGEST_SIZE) {
    throw new NotVerified('ALTERED', 'checkpoint')
  }
  return { origin: lines[0], size: BigInt(lines[1]), root }
}

// How many of which witnesses must have cosigned.
export class WitnessPolicy {
  constructor (needed, witnesses) {
    const names = new Set(witnesses.map((witness) => witness.name))
    const keys = new Set(witnesses.map((witness) => toHex(witness.key.raw)))
    const most = Math.min(names.size, keys.size, MOST_WITNESSES)
    if (!(needed >= 0 && needed <= witnesses.length && witnesses.length <= most)) {
      throw new NotVerified('MALFORMED', 'witnesses')
    }
    this.needed = needed
    this.witnesses = witnesses
  }

  // Returns the moments of those that cosigned, the oldest first.
  async check (text) {
    const { body, signatures } = noteParts(text)
    const oldest = new Map()
    for (const { name, raw } of signatures) {
      const witness = this.witnesses.find((known) => known.name === name && isEqual(known.hash, raw.subarray(0, KEY_HASH)))
      if (witness === undefined) {
        continue
      }
      const time = raw.subarray(KEY_HASH, KEY_HASH + TIME)
      const seconds = time.reduce((sum, value) => sum * 256n + BigInt(value), 0n)
      const message = encodeText(`cosignature/v1\ntime ${seconds}\n${body}`)
      if (!(await holds(witness.key, raw.subarray(KEY_HASH + TIME), message))) {
        throw new NotVerified('ALTERED', name)
      }
      oldest.set(name, seconds < (oldest.get(name) ?? seconds) ? seconds : oldest.get(name) ?? seconds)
    }
    const found = [...oldest].map(([name, seconds]) => momentOfSeconds(Number(seconds), name)).sort()
    if (found.length < this.needed) {
      throw new NotVerified('NOT_COSIGNED', `${found.length}/${this.needed}`)
    }
    return found
  }
}

function isOf (line, key) {
  return line.name === key.name && isEqual(line.raw.subarray(0, KEY_HASH), key.hash)
}

function signatureOf (line) {
  const gap = line.indexOf(' ', DASH.length)
  const name = line.slice(DASH.length, gap)
  const raw = gap < 0 ? null : decodeBase64(line.slice(gap + 1))
  if (!line.startsWith(DASH) || raw === null || !NAME.test(name) || raw.length <= KEY_HASH) {
    throw new NotVerified('MALFORMED', 'checkpoint')
  }
  return { name, raw }
}

export function encodedNoteKey (key, type) {
  return `${key.name}+${toHex(key.hash)}+${encodeBase64(joined(Uint8Array.of(type), key.key.raw))}`
}
