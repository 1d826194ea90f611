// Reports: first the bytes, by hand; only what the platform signed is parsed at all (see chengxin.sealing.reports).
import { decodeText, fromHex, isEqual, joined, latin1, sha256, toHex } from './bytes.js'
import { isUnder } from './certificates.js'
import { verifyCredential } from './credentials.js'
import {
  INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, contentsOf, membersOf, readAll, readValue, written
} from './der.js'
import { NotVerified, orFault } from './faults.js'
import { hasMembers, readObject } from './json.js'
import { inWholeSeconds, momentOf, readMoment } from './moments.js'
import { PdfFile, isBytes, momentOfDate } from './pdf.js'
import { fromDer, holds } from './signatures.js'

export const LARGEST_REPORT = 64 << 20

const FORMAT = 'chengxin-report-1'
const DATA = 'report.json'
const CREDENTIAL = 'report.sd-jwt'
const MEMBERS = ['format', 'issuer', 'number', 'issued_at', 'valid_until', 'data']
const RANGE = /^\/ByteRange ?\[ ?0 (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]/
const LONGEST_RANGE = 4096
const LARGEST_SIGNATURE = 64 << 10
const LONGEST_NUMBER = 64

const TAGGED = 0xa0
const SIGNED_DATA = oid('2a864886f70d010702')
const DATA_KIND = oid('2a864886f70d010701')
const MESSAGE_DIGEST = '2a864886f70d010904'
const SHA256 = written(SEQUENCE, oid('608648016503040201'), written(NULL))
const ECDSA_SHA256 = written(SEQUENCE, oid('2a8648ce3d040302'))
const ONE = written(INTEGER, Uint8Array.of(1))

export async function verifyReport (pdf, keys, provenAt = null) {
  const { entry, ranges, container } = await checkBytes(pdf, keys)
  const { signedAt, files } = await orFault('MALFORMED', 'pdf', () => parse(pdf, keys, entry, provenAt, ranges, container))
  const data = files.get(DATA)
  const credentialText = files.get(CREDENTIAL)
  if (data === undefined || credentialText === undefined) {
    throw new NotVerified('MALFORMED', 'embedded')
  }
  const contents = readObject(data, DATA)
  const isReport = hasMembers(contents, MEMBERS) && contents.get('format') === FORMAT
  if (!isReport || !(contents.get('data') instanceof Map)) {
    throw new NotVerified('MALFORMED', DATA)
  }
  const text = await orFault('MALFORMED', CREDENTIAL, () => decodeText(credentialText))
  const credential = await verifyCredential(text, keys, provenAt)
  const number = numberOf(contents.get('number'))
  const issuedAt = readMoment(contents.get('issued_at'), 'issued_at')
  const validUntil = readMoment(contents.get('valid_until'), 'valid_until')
  const belongTogether = credential.number === number &&
    credential.reportSha256 === toHex(await sha256(data)) &&
    credential.issuedAt === inWholeSeconds(issuedAt) &&
    credential.validUntil === inWholeSeconds(validUntil) &&
    inWholeSeconds(issuedAt) <= signedAt && signedAt < validUntil
  if (contents.get('issuer') !== keys.issuer || !belongTogether) {
    throw new NotVerified('PARTS_DISAGREE', CREDENTIAL)
  }
  return { issuer: keys.issuer, number, issuedAt, validUntil, signedAt, provenAt, keyName: entry.name }
}

function numberOf (value) {
  if (typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NUMBER) {
    return value
  }
  throw new NotVerified('MALFORMED', 'number')
}

// The bytes, before anything is parsed --------------------------------------------------------------------------------

async function checkBytes (pdf, keys) {
  if (pdf.length > LARGEST_REPORT) {
    throw new NotVerified('TOO_LARGE')
  }
  if (latin1(pdf.subarray(0, 5)) !== '%PDF-') {
    throw new NotVerified('MALFORMED', 'pdf')
  }
  const at = lastOf(pdf, '/ByteRange')
  const found = at < 0 ? null : RANGE.exec(latin1(pdf.subarray(at, at + LONGEST_RANGE)))
  if (!found) {
    throw new NotVerified('MALFORMED', 'signature')
  }
  const [end, begin, rest] = found.slice(1).map(Number)
  if (!(end < begin) || begin + rest !== pdf.length || begin - end > LARGEST_SIGNATURE) {
    // A signature that does not reach the end of the file: something was added or cut off after signing.
    throw new NotVerified('ALTERED', 'range')
  }
  const gap = latin1(pdf.subarray(end, begin))
  if (!/^<(?:[0-9A-F]{2})+>$/.test(gap)) {
    throw new NotVerified('ALTERED', 'signature')
  }
  const container = fromHex(gap.slice(1, -1))
  const digest = await sha256(pdf.subarray(0, end), pdf.subarray(begin))
  const entry = await orFault('ALTERED', 'signature', () => checkSignature(container, digest, keys))
  return { entry, container, ranges: [0, end, begin, rest] }
}

async function checkSignature (padded, digest, keys) {
  const { raw } = readValue(padded)
  const [version, identifier, ...more] = signerOf(raw)
  contentsOf(version, INTEGER)
  contentsOf(identifier, SEQUENCE)
  // Whose it says it is comes first: what is not the platform's need not be whole to be called so.
  const entry = entryOf(identifier.raw, keys)
  const signer = { identifier: identifier.raw, ...attributesOf(more) }
  const isPadded = padded.subarray(raw.length).every((value) => value === 0)
  const digests = membersOf(signer.attributes, TAGGED).map(digestOf).filter((found) => found !== null)
  if (!isPadded || digests.length !== 1 || !isEqual(digests[0], digest)) {
    throw new NotVerified('ALTERED', 'digest')
  }
  // Signed is the set of attributes as such, not under the tag that it has here (RFC 5652, 5.4).
  const signed = written(SET, signer.attributes.contents)
  if (!(await holds(entry.key, fromDer(signer.signature), signed))) {
    throw new NotVerified('ALTERED', 'signature')
  }
  // Much of a CMS structure is signed by nobody. It is compared with the only one that the platform makes.
  if (!isEqual(containerOf(entry, signer), raw)) {
    throw new NotVerified('ALTERED', 'container')
  }
  return entry
}

// Returns the members of the one signer in a CMS structure. What is not looked at here is compared afterwards.
function signerOf (raw) {
  const [kind, content] = membersOf(readValue(raw), SEQUENCE)
  contentsOf(kind, OBJECT_IDENTIFIER)
  const [data] = readAll(contentsOf(content, TAGGED))
  const signers = membersOf(membersOf(data, SEQUENCE).at(-1), SET)
  if (signers.length !== 1) {
    throw new NotVerified('ALTERED', 'signature')
  }
  return membersOf(signers[0], SEQUENCE)
}

function attributesOf ([algorithm, attributes, method, signature, ...more]) {
  contentsOf(algorithm, SEQUENCE)
  contentsOf(method, SEQUENCE)
  if (more.length > 0) {
    throw new NotVerified('ALTERED', 'signature')
  }
  return { attributes, signature: contentsOf(signature, OCTET_STRING) }
}

function entryOf (identifier, keys) {
  const entry = keys.ofUse('REPORT').find(({ certificate }) => isEqual(identifierOf(certificate), identifier))
  if (entry === undefined) {
    throw new NotVerified('UNKNOWN_KEY', 'certificate')
  }
  return entry
}

function identifierOf (certificate) {
  return written(SEQUENCE, certificate.issuer, certificate.serial)
}

// Returns the digest in an attribute that is one; of one with several values nothing that could be equal.
function digestOf (attribute) {
  const [kind, values] = membersOf(attribute, SEQUENCE)
  if (toHex(contentsOf(kind, OBJECT_IDENTIFIER)) !== MESSAGE_DIGEST) {
    return null
  }
  const held = membersOf(values, SET).map((value) => contentsOf(value, OCTET_STRING))
  return held.length === 1 ? held[0] : new Uint8Array(0)
}

function containerOf (entry, signer) {
  const one = written(
    SEQUENCE, ONE, signer.identifier, SHA256, signer.attributes.raw, ECDSA_SHA256, written(OCTET_STRING, signer.signature)
  )
  const data = written(
    SEQUENCE, ONE, written(SET, SHA256), written(SEQUENCE, DATA_KIND), written(TAGGED, entry.certificate.raw), written(SET, one)
  )
  return written(SEQUENCE, SIGNED_DATA, written(TAGGED, data))
}

function oid (hexadecimal) {
  return written(OBJECT_IDENTIFIER, fromHex(hexadecimal))
}

function lastOf (raw, word) {
  for (let at = raw.length - word.length; at >= 0; at -= 1) {
    if (raw[at] === 0x2f && latin1(raw.subarray(at, at + word.length)) === word) {
      return at
    }
  }
  return -1
}

// The file, after its bytes are known to be the platform's --------------------------------------------------------------

async function parse (pdf, keys, entry, provenAt, ranges, container) {
  const file = await PdfFile.open(pdf)
  const signatures = await file.signatures()
  if (signatures.length !== 1) {
    throw new NotVerified('ALTERED', 'signatures')
  }
  const [signature] = signatures
  const milliseconds = momentOfDate(await file.member(signature, 'M'))
  const signedAt = milliseconds === null ? null : momentOf(milliseconds)
  if (signedAt === null) {
    throw new NotVerified('MALFORMED', 'time')
  }
  // The list is asked before the certificate: its words are more exact.
  keys.requireGood(entry.name, 'REPORT', { claimedAt: signedAt, provenAt })
  const covered = await file.member(signature, 'ByteRange')
  const coversAll = Array.isArray(covered) && String(covered) === String(ranges)
  if (!coversAll || !isBytes(await file.member(signature, 'Contents'), container)) {
    throw new NotVerified('ALTERED', 'signature')
  }
  if (!(await isUnder(entry.certificate, keys.roots, signedAt))) {
    throw new NotVerified('UNKNOWN_KEY', 'certificate')
  }
  return { signedAt, files: await file.embedded([DATA, CREDENTIAL]) }
}
