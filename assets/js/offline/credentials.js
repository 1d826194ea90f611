// The report as a credential: SD-JWT VC (RFC 9901), each item disclosed or withheld on its own.
import { LARGEST_TEXT, decodeBase64url, encodeBase64url, encodeText, sha256 } from './bytes.js'
import { NotVerified } from './faults.js'
import { hasMembers, readJson } from './json.js'
import { momentOfSeconds } from './moments.js'
import { readJwk } from './signatures.js'
import { openText } from './signed-texts.js'

const KIND = 'dc+sd-jwt'
const HASH = 'sha-256'
const MOST_DISCLOSURES = 10_000
const DEEPEST = 12
const IN_OBJECT = 3
const IN_ARRAY = 2
const RESERVED = ['_sd', '_sd_alg', '...']
const VISIBLE = [
  'iss', 'vct', 'iat', 'exp', 'number', 'report_sha256', 'status', 'cnf', 'subject', 'items', '_sd_alg'
]

export async function verifyCredential (text, keys, provenAt = null) {
  const { signed, disclosures, binding } = parted(text)
  const opened = await openText(signed, KIND, (name) => keys.keyOf(name, 'REPORT'))
  const payload = readJson(opened.payload, 'credential')
  const isOurs = payload instanceof Map && [...payload.keys()].every((name) => VISIBLE.includes(name))
  if (!isOurs || payload.get('_sd_alg') !== HASH) {
    throw new NotVerified('MALFORMED', 'credential')
  }
  if (payload.get('iss') !== keys.issuer) {
    throw new NotVerified('PARTS_DISAGREE', 'iss')
  }
  const counts = await counted(payload, disclosures)
  const issuedAt = momentOfSeconds(payload.get('iat'), 'iat')
  keys.requireGood(opened.keyName, 'REPORT', { claimedAt: issuedAt, provenAt })
  await checkHolder(payload)
  if (binding !== '') {
    throw new NotVerified('PARTS_DISAGREE', 'binding') // nobody here has asked the holder anything
  }
  const number = textOf(payload, 'number')
  textOf(payload, 'vct')
  checkStatus(payload)
  return {
    number,
    issuedAt,
    validUntil: momentOfSeconds(payload.get('exp'), 'exp'),
    reportSha256: digestOf(payload),
    keyName: opened.keyName,
    ...counts
  }
}

function parted (text) {
  if (text.length > LARGEST_TEXT) {
    throw new NotVerified('TOO_LARGE')
  }
  const [signed, ...rest] = text.split('~')
  // eslint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(text) || rest.length === 0 || rest.length > MOST_DISCLOSURES) {
    throw new NotVerified('MALFORMED')
  }
  const binding = rest.pop()
  if (binding !== '' && binding.split('.').length !== 3) {
    throw new NotVerified('MALFORMED', 'disclosure') // what was cut in the middle is no signature of a holder
  }
  return { signed, disclosures: rest, binding }
}

function readDisclosure (disclosure) {
  const read = readJson(decodeBase64url(disclosure), 'disclosure')
  const isPair = Array.isArray(read) && (read.length === IN_OBJECT || read.length === IN_ARRAY)
  if (!isPair || typeof read[0] !== 'string') {
    throw new NotVerified('MALFORMED', 'disclosure')
  }
  if (read.length === IN_OBJECT && (typeof read[1] !== 'string' || RESERVED.includes(read[1]))) {
    throw new NotVerified('MALFORMED', 'disclosure')
  }
  return read
}

// Puts disclosures in the places of their digests (RFC 9901, 7.1); returns how many there are, and how many withheld.
async function counted (payload, disclosures) {
  const found = new Map()
  for (const disclosure of disclosures) {
    found.set(encodeBase64url(await sha256(encodeText(disclosure))), readDisclosure(disclosure))
  }
  if (found.size !== disclosures.length) {
    throw new NotVerified('REPLAYED', 'disclosure')
  }
  const places = placesOf(payload)
  const names = new Set()
  for (const [digest, length] of places) {
    const read = found.get(digest)
    if (read === undefined) {
      continue
    }
    found.delete(digest)
    const isTwice = length === IN_OBJECT && names.has(read[1])
    if (read.length !== length || isReserved(read.at(-1)) || isTwice) {
      throw new NotVerified('MALFORMED', 'disclosure')
    }
    if (length === IN_OBJECT) {
      names.add(read[1])
    }
  }
  if (found.size > 0) {
    throw new NotVerified('ALTERED', 'disclosure')
  }
  return { disclosed: disclosures.length, withheld: places.length - disclosures.length }
}

function placesOf (payload) {
  const subject = payload.get('subject')
  const items = payload.get('items')
  const sealed = hasMembers(subject, ['_sd']) ? subject.get('_sd') : null
  const isWhole = Array.isArray(sealed) && Array.isArray(items) && items.every((item) => hasMembers(item, ['...']))
  const digests = isWhole ? [...sealed, ...items.map((item) => item.get('...'))] : [null]
  if (!digests.every((digest) => typeof digest === 'string') || new Set(digests).size !== digests.length) {
    throw new NotVerified('MALFORMED', 'credential')
  }
  return digests.map((digest, place) => [digest, place < sealed.length ? IN_OBJECT : IN_ARRAY])
}

// Tells of what an issuer of ours never writes: further digests inside a disclosure, or a depth without end.
function isReserved (value, depth = 0) {
  if (depth > DEEPEST) {
    return true
  }
  if (value instanceof Map) {
    const isNamed = RESERVED.some((name) => value.has(name))
    return isNamed || [...value.values()].some((member) => isReserved(member, depth + 1))
  }
  return Array.isArray(value) && value.some((member) => isReserved(member, depth + 1))
}

async function checkHolder (payload) {
  if (!payload.has('cnf')) {
    return
  }
  if (!hasMembers(payload.get('cnf'), ['jwk'])) {
    throw new NotVerified('MALFORMED', 'cnf')
  }
  await readJwk(payload.get('cnf').get('jwk'))
}

function checkStatus (payload) {
  const status = payload.get('status')
  const reference = status instanceof Map ? status.get('status_list') : null
  if (status === undefined) {
    return
  }
  const index = reference instanceof Map ? reference.get('idx') : null
  if (!Number.isSafeInteger(index) || index < 0 || typeof reference.get('uri') !== 'string') {
    throw new NotVerified('MALFORMED', 'status')
  }
}

function textOf (payload, name) {
  const value = payload.get(name)
  if (typeof value === 'string' && value !== '') {
    return value
  }
  throw new NotVerified('MALFORMED', name)
}

function digestOf (payload) {
  const text = textOf(payload, 'report_sha256')
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new NotVerified('MALFORMED', 'report_sha256')
  }
  return text
}
