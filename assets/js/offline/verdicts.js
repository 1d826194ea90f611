// One door for everything that leaves the platform: recognise it, check it, say the verdict. Kinds, words and cautions
// are those of chengxin.sealing.verdicts, whose twin this is; a test compares the two.
import { SPACE, decodeText, sha256, toHex } from './bytes.js'
import { verifyCredential } from './credentials.js'
import { verifyEventProof } from './events.js'
import { NotVerified } from './faults.js'
import { KIND as KEYS_KIND } from './keys.js'
import { KINDS as RECEIPT_KINDS, verifyReceipt } from './receipts.js'
import { LARGEST_REPORT, verifyReport } from './reports.js'
import { typeOf } from './signed-texts.js'

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/
const LOOKS = new RegExp(`^[${SPACE}]*\\{[${SPACE}]*"format"[${SPACE}]*:[${SPACE}]*"chengxin-looks-`)
const OBJECT = new RegExp(`^[${SPACE}]*\\{`)

// What is checked by the command line alone.
export const ELSEWHERE = ['ARCHIVE', 'LOOKS', 'CONSISTENCY']

const CHECKS = { REPORT: report, CREDENTIAL: credential, RECEIPT: receipt, EVENT: event, CHECKPOINT: checkpoint, KEYS: keys }

// Returns kind, fault (null: verified), place, facts and cautions, for any bytes at all. `fault` and `isElsewhere` are
// never both set: a thing that is not checked here has no verdict.
export async function verify (raw, trust, now) {
  let kind = 'UNKNOWN'
  const none = { fault: null, place: '', facts: {}, cautions: [], isElsewhere: false }
  try {
    const thing = recognise(raw)
    kind = thing.kind
    if (ELSEWHERE.includes(kind)) {
      return { ...none, kind, isElsewhere: true }
    }
    if (raw.length > LARGEST_REPORT) {
      throw new NotVerified('TOO_LARGE')
    }
    if (kind === 'UNKNOWN') {
      throw new NotVerified('UNRECOGNISED')
    }
    return { ...none, kind, ...(await CHECKS[kind](thing, trust, now)) }
  } catch (wrong) {
    if (wrong instanceof NotVerified) {
      return { ...none, kind, fault: wrong.fault, place: wrong.place }
    }
    // Nobody is shown a trace; refused, as anything unforeseen.
    return { ...none, kind: 'UNKNOWN', fault: 'MALFORMED' }
  }
}

// Returns what some bytes are by their look; nothing is verified.
export function recognise (raw) {
  if (raw[0] === 0x50 && raw[1] === 0x4b) {
    return { kind: 'ARCHIVE', raw, text: '' }
  }
  if ([0x25, 0x50, 0x44, 0x46, 0x2d].every((value, at) => raw[at] === value)) {
    return { kind: 'REPORT', raw, text: '' }
  }
  let text
  try {
    text = decodeText(raw)
  } catch {
    return { kind: 'UNKNOWN', raw, text: '' }
  }
  // One line feed at the end of a signed text is passed over: editors put it there.
  const compact = text.endsWith('\n') ? text.slice(0, -1) : text
  if (COMPACT.test(compact.split('~', 1)[0])) {
    return { kind: compact.includes('~') ? 'CREDENTIAL' : kindOf(compact), raw, text: compact }
  }
  return { kind: kindOfText(text), raw, text }
}

function kindOf (compact) {
  const named = typeOf(compact)
  return named === KEYS_KIND ? 'KEYS' : RECEIPT_KINDS.includes(named) ? 'RECEIPT' : 'UNKNOWN'
}

function kindOfText (text) {
  if (text.startsWith('old ')) {
    return 'CONSISTENCY'
  }
  if (OBJECT.test(text)) {
    return LOOKS.test(text) ? 'LOOKS' : text.includes('"checkpoint"') ? 'EVENT' : 'UNKNOWN'
  }
  return text.includes('\n\n\u2014 ') ? 'CHECKPOINT' : 'UNKNOWN'
}

async function report ({ raw }, trust, now) {
  const proven = await verifyReport(raw, trust.requireKeys())
  refuseOver(proven.validUntil, now)
  return {
    facts: {
      number: proven.number,
      issuer: proven.issuer,
      issued_at: proven.issuedAt,
      valid_until: proven.validUntil,
      signed_at: proven.signedAt,
      proven_at: null,
      status_asked_at: null,
      key: proven.keyName,
      sha256: toHex(await sha256(raw))
    },
    cautions: ['STATUS_NOT_ASKED', 'TIME_IS_SIGNERS_WORD']
  }
}

async function credential ({ text }, trust, now) {
  const list = trust.requireKeys()
  const proven = await verifyCredential(text, list)
  refuseOver(proven.validUntil, now)
  return {
    facts: {
      number: proven.number,
      issuer: list.issuer,
      issued_at: proven.issuedAt,
      valid_until: proven.validUntil,
      disclosed: proven.disclosed,
      withheld: proven.withheld,
      status_asked_at: null,
      key: proven.keyName
    },
    cautions: ['STATUS_NOT_ASKED', 'TIME_IS_SIGNERS_WORD', 'HOLDER_NOT_SHOWN']
  }
}

function refuseOver (validUntil, now) {
  if (validUntil <= now) {
    throw new NotVerified('OVER', validUntil)
  }
}

async function receipt ({ text }, trust) {
  const proven = await verifyReceipt(text, typeOf(text), trust.requireKeys())
  return {
    facts: { type: proven.kind, signed_at: proven.signedAt, key: proven.keyName },
    cautions: ['TIME_IS_SIGNERS_WORD']
  }
}

async function event ({ text }, trust) {
  const proven = await verifyEventProof(text, trust)
  return {
    facts: { ...stateFacts(proven.state), kind: proven.kind, at: proven.at, leaf: String(proven.index) },
    cautions: witnessed(proven.state)
  }
}

async function checkpoint ({ text }, trust) {
  const state = await trust.openState(text)
  return {
    facts: { ...stateFacts(state), continues: null },
    cautions: [...witnessed(state), 'END_NOT_KNOWN']
  }
}

async function keys ({ text }, trust) {
  const list = await trust.openKeys(text)
  return {
    facts: {
      issuer: list.issuer,
      number: list.number,
      made_at: list.madeAt,
      keys: list.keys.length,
      revoked: list.keys.filter((entry) => entry.revokedFrom !== null).length
    }
  }
}

function stateFacts (state) {
  return {
    origin: state.checkpoint.origin,
    size: String(state.checkpoint.size),
    witnesses: state.cosigned.length,
    seen_at: state.seenAt
  }
}

function witnessed (state) {
  return state.seenAt === null ? ['NO_WITNESSES'] : []
}
