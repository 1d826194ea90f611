// Receipts: what a person allowed, that a look was registered.
import { readObject } from './json.js'
import { readMoment } from './moments.js'
import { openText } from './signed-texts.js'

// Where each kind says of which moment it speaks.
const MOMENTS = {
  'chengxin-authorisation-receipt': ['event', 'event_time'],
  'chengxin-look-receipt': ['answered_at']
}

export const KINDS = Object.keys(MOMENTS)


export async function verifyReceipt (text, kind, keys) {
  const opened = await openText(text, kind, (name) => keys.keyOf(name, 'RECEIPT'))
  const contents = readObject(opened.payload)
  let said = contents
  for (const member of MOMENTS[kind]) {
    said = said instanceof Map ? said.get(member) ?? null : null
  }
  const signedAt = readMoment(said, 'moment')
  keys.requireGood(opened.keyName, 'RECEIPT', { claimedAt: signedAt })
  return { kind, contents, signedAt, keyName: opened.keyName }
}
