// X.509 certificates of report keys: a self-signed root, and below it one for each key. Trust comes from the list of
// keys; the certificate is checked all the same, as any reader of PDF would.
import { isEqual, latin1, toHex } from './bytes.js'
import {
  BIT_STRING, GENERALIZED_TIME, INTEGER, NotDer, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, UTC_TIME, contentsOf,
  membersOf, readAll, readValue
} from './der.js'
import { isMoment } from './moments.js'
import { fromDer, holds, p256Key } from './signatures.js'

const ECDSA_SHA256 = '2a8648ce3d040302'
const EC_KEY_ON_P256 = '301306072a8648ce3d020106082a8648ce3d030107'
const BASIC_CONSTRAINTS = '551d13'
const KEY_USAGE = '551d0f'
const BOOLEAN = 0x01
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const CERTIFIES = 1 << 2 // bit 5 of the usage, counted from the left
const COMMITS = 1 << 6 // bit 1

// Returns what stands in a certificate of ours; throws for anything else.
export async function readCertificate (raw) {
  const whole = readValue(raw)
  if (whole.raw.length !== raw.length) {
    throw new NotDer()
  }
  const [signed, algorithm, signature] = exactly(membersOf(whole, SEQUENCE), 3)
  const [version, serial, inner, issuer, validity, subject, keyInfo, extensions] = exactly(membersOf(signed, SEQUENCE), 8)
  const [from, until] = exactly(membersOf(validity, SEQUENCE), 2).map(timeOf)
  const [keyKind, point] = exactly(membersOf(keyInfo, SEQUENCE), 2)
  contentsOf(version, VERSION)
  contentsOf(serial, INTEGER)
  if (toHex(keyKind.raw) !== EC_KEY_ON_P256 || !isEcdsa(algorithm) || !isEqual(algorithm.raw, inner.raw)) {
    throw new NotDer()
  }
  return {
    raw,
    signed: signed.raw,
    signature: bitsOf(signature),
    serial: serial.raw,
    issuer: issuer.raw,
    subject: subject.raw,
    from,
    until,
    key: await p256Key(bitsOf(point)),
    ...limitsOf(extensions)
  }
}

// Tells whether a certificate stands under one of some roots, at a moment, for the signing of documents.
export async function isUnder (certificate, roots, moment) {
  if (!isWithin(certificate, moment) || certificate.isAuthority || !(certificate.usage & COMMITS)) {
    return false
  }
  for (const root of roots) {
    const mayCertify = root.isAuthority && root.usage & CERTIFIES && isWithin(root, moment)
    if (mayCertify && isEqual(root.subject, certificate.issuer) && (await isSignedBy(certificate, root))) {
      return true
    }
  }
  return false
}

async function isSignedBy (certificate, root) {
  return await holds(root.key, fromDer(certificate.signature), certificate.signed)
}

function isWithin (certificate, moment) {
  return certificate.from <= moment && moment <= certificate.until
}

function exactly (values, count) {
  if (values.length !== count) {
    throw new NotDer()
  }
  return values
}

function isEcdsa (algorithm) {
  const [name] = exactly(membersOf(algorithm, SEQUENCE), 1)
  return toHex(contentsOf(name, OBJECT_IDENTIFIER)) === ECDSA_SHA256
}

function bitsOf (value) {
  const contents = contentsOf(value, BIT_STRING)
  if (contents[0] !== 0) {
    throw new NotDer()
  }
  return contents.subarray(1)
}

function timeOf (value) {
  const text = latin1(value.contents)
  const isShort = value.tag === UTC_TIME
  if (!isShort && value.tag !== GENERALIZED_TIME) {
    throw new NotDer()
  }
  // RFC 5280: years of two digits are those from 1950 to 2049.
  const long = isShort ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text
  const moment = long.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000000Z')
  if (!isMoment(moment)) {
    throw new NotDer()
  }
  return moment
}

function limitsOf (field) {
  const limits = { isAuthority: false, usage: 0 }
  const [list] = exactly(membersOf(field, EXTENSIONS), 1)
  for (const extension of membersOf(list, SEQUENCE)) {
    const parts = membersOf(extension, SEQUENCE)
    const name = toHex(contentsOf(parts[0], OBJECT_IDENTIFIER))
    const isCritical = parts.length === 3 && contentsOf(parts[1], BOOLEAN)[0] !== 0
    const [value] = exactly(readAll(contentsOf(parts.at(-1), OCTET_STRING)), 1)
    if (name === BASIC_CONSTRAINTS) {
      const [authority] = membersOf(value, SEQUENCE)
      limits.isAuthority = authority?.tag === BOOLEAN && authority.contents[0] !== 0
    } else if (name === KEY_USAGE) {
      limits.usage = contentsOf(value, BIT_STRING)[1] ?? 0
    } else if (isCritical) {
      throw new NotDer() // demands what is not known here
    }
  }
  return limits
}
