// Bytes and their spellings. Every spelling is read in its canonical form alone, as chengxin.sealing does.
import { NotVerified } from './faults.js'

export const LARGEST_TEXT = 1 << 20

// What Python's \s takes for a space; JavaScript's differs in a few characters.
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const encoder = new TextEncoder()

export function encodeText (text) {
  return encoder.encode(text)
}

// Throws for bytes that are no UTF-8.
export function decodeText (raw) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
}

// One character for each byte, so that patterns can be looked for in bytes.
export function latin1 (raw) {
  let text = ''
  for (let at = 0; at < raw.length; at += 0x2000) {
    text += String.fromCharCode(...raw.subarray(at, at + 0x2000))
  }
  return text
}

export function isWellFormed (text) {
  return !/\p{Surrogate}/u.test(text)
}

export function isEqual (one, other) {
  return one.length === other.length && one.every((value, at) => value === other[at])
}

export function joined (...parts) {
  const made = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    made.set(part, at)
    at += part.length
  }
  return made
}

export function toHex (raw) {
  return Array.from(raw, (value) => value.toString(16).padStart(2, '0')).join('')
}

export function fromHex (text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

export function encodeBase64 (raw) {
  return btoa(latin1(raw))
}

// Returns null for another text than the canonical spelling of some bytes.
export function decodeBase64 (text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return null
  }
  const raw = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return encodeBase64(raw) === text ? raw : null
}

export function encodeBase64url (raw) {
  return encodeBase64(raw).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
}

export function decodeBase64url (text) {
  if (/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1) {
    const padded = text.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat((4 - (text.length % 4)) % 4)
    const raw = decodeBase64(padded)
    if (raw !== null) {
      return raw
    }
  }
  throw new NotVerified('MALFORMED', 'base64url')
}

export async function sha256 (...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)))
}
