// The published list of keys: which key was good for what, from when until when, and which were revoked.
import { decodeBase64, decodeBase64url, encodeText, isEqual, sha256 } from './bytes.js'
import { readCertificate } from './certificates.js'
import { NotVerified, orFault } from './faults.js'
import { hasMembers, readObject } from './json.js'
import { readMoment, readOptionalMoment } from './moments.js'
import { P256, SUITES, isSameKey, keyName, readJwk } from './signatures.js'
import { openText } from './signed-texts.js'

export const KIND = 'chengxin-keys'

const FORMAT = 'chengxin-keys-1'
const USES = ['REPORT', 'RECEIPT', 'CHECKPOINT', 'ARCHIVE']
const REASONS = ['COMPROMISED', 'LOST', 'MISISSUED']
const DOCUMENT = ['format', 'issuer', 'number', 'previous', 'made_at', 'report_roots', 'keys']
const ENTRY = [
  'name', 'use', 'suite', 'jwk', 'certificate', 'origin', 'valid_from', 'valid_until', 'revoked_from', 'revocation_reason'
]
const LARGEST_NUMBER = 2 ** 31
const LONGEST_NAME = 200
const DIGEST = 32

export class KeyDocument {
  constructor (members) {
    Object.assign(this, members)
  }

  find (name, use) {
    return this.keys.find((entry) => entry.use === use && entry.name === name) ?? null
  }

  // Returns the public key of a name, or null.
  keyOf (name, use) {
    return this.find(name, use)?.key ?? null
  }

  ofUse (use) {
    return this.keys.filter((entry) => entry.use === use)
  }

  // Refuses what the list does not call good. `claimedAt` is the signer's own word, null where a signature holds no
  // time; `provenAt` is a moment at which the thing is proven to have been there, without the key's own word.
  requireGood (name, use, { claimedAt, provenAt = null }) {
    const fault = this.#faultOf(this.find(name, use), claimedAt, provenAt)
    if (fault !== null) {
      throw new NotVerified(fault, name)
    }
  }

  #faultOf (entry, claimedAt, provenAt) {
    if (entry === null) {
      return 'UNKNOWN_KEY'
    }
    if (entry.revokedFrom !== null) {
      const isClaimedInTime = claimedAt === null || claimedAt < entry.revokedFrom
      if (provenAt === null || provenAt >= entry.revokedFrom || !isClaimedInTime) {
        return 'KEY_REVOKED'
      }
    }
    if (claimedAt === null) {
      return null
    }
    if (claimedAt < entry.validFrom) {
      return 'KEY_NOT_YET_VALID'
    }
    return claimedAt < entry.validUntil ? null : 'KEY_EXPIRED_AT_SIGNING'
  }
}

// Checks the signature of a list of keys under the root key, and reads it.
export async function openKeys (text, root) {
  const name = await keyName(root)
  const signed = await openText(text, KIND, (named) => (named === name ? root : null))
  const contents = readObject(signed.payload)
  if (!hasMembers(contents, DOCUMENT) || contents.get('format') !== FORMAT) {
    throw new NotVerified('MALFORMED', 'keys')
  }
  const document = new KeyDocument({
    issuer: readText(contents.get('issuer'), 'issuer'),
    number: readNumber(contents.get('number')),
    previous: readDigest(contents.get('previous')),
    madeAt: readMoment(contents.get('made_at'), 'made_at'),
    roots: await inTurn(readList(contents.get('report_roots'), 'report_roots'), certificateOf),
    keys: await entriesOf(readList(contents.get('keys'), 'keys')),
    digest: await sha256(encodeText(text))
  })
  const names = new Set(document.keys.map((entry) => `${entry.use} ${entry.name}`))
  if (names.size !== document.keys.length || (document.previous === null) !== (document.number === 1)) {
    throw new NotVerified('MALFORMED', 'keys')
  }
  return document
}

// Checks that a list is the next of another: nothing removed, changed, or un-revoked.
export function checkSuccession (older, newer) {
  const follows = newer.previous !== null && isEqual(newer.previous, older.digest)
  if (!follows || newer.issuer !== older.issuer || newer.madeAt < older.madeAt) {
    throw new NotVerified('SPLIT_VIEW', `number ${newer.number}`)
  }
  for (const entry of older.keys) {
    const later = newer.find(entry.name, entry.use)
    const isKept = later !== null && isUnchanged(entry, later) && later.validUntil <= entry.validUntil
    const isRevocationKept = entry.revokedFrom === null ||
      (later?.revokedFrom != null && later.revokedFrom <= entry.revokedFrom)
    if (!isKept || !isRevocationKept) {
      throw new NotVerified('ALTERED', entry.name)
    }
  }
}

function isUnchanged (entry, later) {
  const isSameCertificate = entry.certificate === null
    ? later.certificate === null
    : later.certificate !== null && isEqual(entry.certificate.raw, later.certificate.raw)
  return isSameCertificate && entry.origin === later.origin && entry.validFrom === later.validFrom
}

async function inTurn (values, act) {
  const made = []
  for (const value of values) {
    made.push(await act(value))
  }
  return made
}

async function entriesOf (members) {
  const entries = []
  for (const member of members) {
    if (!hasMembers(member, ENTRY)) {
      throw new NotVerified('MALFORMED', 'keys')
    }
    // Keys of a suite that is not known here are passed over: the rest of the list still serves.
    if (SUITES.includes(member.get('suite'))) {
      entries.push(await entryOf(member))
    }
  }
  return entries
}

async function entryOf (member) {
  const certificate = member.get('certificate')
  const origin = member.get('origin')
  const reason = member.get('revocation_reason')
  const entry = {
    use: choice(USES, member.get('use'), 'KeyUse'),
    key: await readJwk(member.get('jwk')),
    validFrom: readMoment(member.get('valid_from'), 'valid_from'),
    validUntil: readMoment(member.get('valid_until'), 'valid_until'),
    certificate: certificate === null ? null : await certificateOf(certificate),
    origin: origin === null ? null : readText(origin, 'origin'),
    revokedFrom: readOptionalMoment(member.get('revoked_from'), 'revoked_from'),
    reason: reason === null ? null : choice(REASONS, reason, 'RevocationReason')
  }
  entry.name = await keyName(entry.key)
  const agrees = member.get('name') === entry.name &&
    member.get('suite') === entry.key.suite &&
    entry.validFrom < entry.validUntil &&
    (entry.certificate !== null) === (entry.use === 'REPORT') &&
    (entry.origin !== null) === (entry.use === 'CHECKPOINT') &&
    (entry.revokedFrom === null) === (entry.reason === null) &&
    (entry.key.suite === P256) === (entry.use === 'REPORT')
  if (!agrees || (entry.certificate !== null && !isSameKey(entry.certificate.key, entry.key))) {
    throw new NotVerified('MALFORMED', 'keys')
  }
  return entry
}

async function certificateOf (text) {
  if (typeof text !== 'string') {
    throw new NotVerified('MALFORMED', 'certificate')
  }
  return await orFault('MALFORMED', 'certificate', async () => await readCertificate(decodeBase64(text)))
}

function choice (known, value, place) {
  if (known.includes(value)) {
    return value
  }
  throw new NotVerified('MALFORMED', place)
}

function readText (value, place) {
  if (typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME) {
    return value
  }
  throw new NotVerified('MALFORMED', place)
}

function readNumber (value) {
  if (Number.isSafeInteger(value) && value > 0 && value < LARGEST_NUMBER) {
    return value
  }
  throw new NotVerified('MALFORMED', 'number')
}

function readDigest (value) {
  if (value === null) {
    return null
  }
  const raw = typeof value === 'string' ? decodeBase64url(value) : []
  if (raw.length !== DIGEST) {
    throw new NotVerified('MALFORMED', 'previous')
  }
  return raw
}

function readList (value, place) {
  if (Array.isArray(value)) {
    return value
  }
  throw new NotVerified('MALFORMED', place)
}
