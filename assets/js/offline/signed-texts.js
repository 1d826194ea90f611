// Compact JWS (RFC 7515) in the one spelling that is accepted.
import { LARGEST_TEXT, decodeBase64url, encodeText } from './bytes.js'
import { NotVerified } from './faults.js'
import { readJson } from './json.js'
import { ALGORITHMS, holds } from './signatures.js'

// Returns payload and name of the key of a text whose signature holds; `findKey` returns the key of a name, or null.
export async function openText (text, kind, findKey) {
  if (text.length > LARGEST_TEXT) {
    throw new NotVerified('TOO_LARGE')
  }
  const parts = text.split('.')
  if (parts.length !== 3) {
    throw new NotVerified('MALFORMED')
  }
  const header = headerOf(parts[0])
  const [payload, signature] = parts.slice(1).map((part) => decodeBase64url(part))
  const name = header.get('kid')
  if (header.get('typ') !== kind || typeof name !== 'string') {
    throw new NotVerified('MALFORMED', 'header')
  }
  const key = findKey(name)
  if (key === null) {
    throw new NotVerified('UNKNOWN_KEY', name.slice(0, 64))
  }
  const isOfSuite = header.get('alg') === ALGORITHMS[key.suite]
  if (!isOfSuite || !(await holds(key, signature, encodeText(`${parts[0]}.${parts[1]}`)))) {
    throw new NotVerified('ALTERED', 'signature')
  }
  return { payload, keyName: name }
}

// Returns the type that a text says it has; nothing is verified.
export function typeOf (compact) {
  try {
    const named = headerOf(compact.split('.', 1)[0], false).get('typ')
    return typeof named === 'string' ? named : ''
  } catch {
    return ''
  }
}

function headerOf (segment, isStrict = true) {
  const header = readJson(decodeBase64url(segment), 'header')
  if (!(header instanceof Map) || (isStrict && (header.has('crit') || header.has('b64')))) {
    throw new NotVerified('MALFORMED', 'header')
  }
  return header
}
