// What the reader has from elsewhere: the root key, the ledger's key, witnesses, the newest list of keys known.
import { LARGEST_TEXT } from './bytes.js'
import { NotVerified } from './faults.js'
import { hasMembers, readJson } from './json.js'
import { checkSuccession, openKeys } from './keys.js'
import { LEDGER, WITNESS, WitnessPolicy, noteKey, openCheckpoint, readNoteKey, signerOf } from './notes.js'
import { isEqual } from './bytes.js'
import { ED25519, keyName, readJwk } from './signatures.js'

export const FORMAT = 'chengxin-trust-1'

const MEMBERS = ['format', 'issuer', 'root', 'ledger', 'witnesses', 'keys', 'least_number']

export class Trust {
  constructor (members) {
    Object.assign(this, members)
  }

  static async parse (text) {
    if (text.length > LARGEST_TEXT) {
      throw new NotVerified('TOO_LARGE', 'trust')
    }
    const members = readJson(text, 'trust')
    if (!hasMembers(members, MEMBERS) || members.get('format') !== FORMAT) {
      throw new NotVerified('MALFORMED', 'trust')
    }
    const root = await readJwk(members.get('root'))
    const [issuer, least, keys] = ['issuer', 'least_number', 'keys'].map((name) => members.get(name))
    if (typeof issuer !== 'string' || root.suite !== ED25519 || !Number.isSafeInteger(least)) {
      throw new NotVerified('MALFORMED', 'trust')
    }
    const ledger = members.get('ledger')
    const trust = new Trust({
      issuer,
      root,
      rootName: await keyName(root),
      ledger: ledger === null ? null : await readNoteKey(ledger, LEDGER, 'ledger'),
      witnesses: await witnessesOf(members.get('witnesses')),
      leastNumber: least,
      keys: null
    })
    if (keys !== null) {
      if (typeof keys !== 'string') {
        throw new NotVerified('MALFORMED', 'trust')
      }
      trust.keys = await trust.openKeys(keys)
    }
    return trust
  }

  // Checks a list of keys under the root key: of this platform, not older than the one known, its successor if next.
  async openKeys (text) {
    const keys = await openKeys(text, this.root)
    if (keys.issuer !== this.issuer) {
      throw new NotVerified('PARTS_DISAGREE', 'issuer')
    }
    const known = this.keys === null ? this.leastNumber : Math.max(this.leastNumber, this.keys.number)
    if (keys.number < known) {
      throw new NotVerified('KEYS_OUTDATED', `${keys.number} < ${known}`)
    }
    if (keys.number === this.keys?.number && !isEqual(keys.digest, this.keys.digest)) {
      throw new NotVerified('SPLIT_VIEW', `keys ${keys.number}`)
    }
    if (this.keys !== null && keys.number === this.keys.number + 1) {
      checkSuccession(this.keys, keys)
    }
    return keys
  }

  requireKeys () {
    if (this.keys === null) {
      throw new NotVerified('TRUST_MISSING', 'keys')
    }
    return this.keys
  }

  // Checks a checkpoint: signed by the ledger with a key that is good, and cosigned as is demanded.
  async openState (text) {
    const known = this.ledger === null ? [] : [this.ledger]
    const entries = this.keys?.ofUse('CHECKPOINT') ?? []
    const listed = await Promise.all(entries.map((entry) => noteKey(entry.origin, LEDGER, entry.key.raw)))
    if (known.length + listed.length === 0) {
      throw new NotVerified('TRUST_MISSING', 'ledger')
    }
    const signer = signerOf(text, [...known, ...listed])
    const checkpoint = await openCheckpoint(text, signer)
    const cosigned = await this.witnesses.check(text)
    const seenAt = this.witnesses.needed > 0 ? cosigned[this.witnesses.needed - 1] : null
    const name = await keyName(signer.key)
    if (this.keys !== null && this.keys.find(name, 'CHECKPOINT') !== null) {
      this.keys.requireGood(name, 'CHECKPOINT', { claimedAt: null, provenAt: seenAt })
    }
    return { checkpoint, cosigned, seenAt }
  }
}

async function witnessesOf (value) {
  const keys = hasMembers(value, ['needed', 'keys']) ? value.get('keys') : null
  if (!Array.isArray(keys) || !Number.isSafeInteger(value.get('needed'))) {
    throw new NotVerified('MALFORMED', 'witnesses')
  }
  const witnesses = []
  for (const key of keys) {
    witnesses.push(await readNoteKey(key, WITNESS, 'witness'))
  }
  return new WitnessPolicy(value.get('needed'), witnesses)
}
