// The page: a file in, one sentence out. Nothing is sent anywhere, and nothing is kept.
import { LARGEST_TEXT, decodeText } from './bytes.js'
import { NotVerified } from './faults.js'
import { momentOf } from './moments.js'
import { LARGEST_REPORT } from './reports.js'
import { sentenceOf, told } from './sentences.js'
import { FORMAT, Trust } from './trust.js'
import { verify } from './verdicts.js'

const SHOWN = {
  REPORT: ['number', 'issued_at', 'valid_until', 'signed_at', 'issuer', 'key', 'sha256'],
  CREDENTIAL: ['number', 'issued_at', 'valid_until', 'disclosed', 'withheld', 'issuer', 'key'],
  RECEIPT: ['signed_at', 'key'],
  EVENT: ['leaf', 'at', 'origin', 'size', 'witnesses', 'seen_at'],
  CHECKPOINT: ['origin', 'size', 'witnesses', 'seen_at'],
  KEYS: ['number', 'made_at', 'keys', 'revoked', 'issuer']
}

const state = { language: '', trust: null, trustName: '', trustFault: null, trusting: null, outcome: null }

const given = {}

export async function start () {
  for (const name of ['texts', 'words', 'trust', 'languages']) {
    given[name] = JSON.parse(document.getElementById(`given-${name}`).textContent)
  }
  state.language = document.documentElement.dataset.openedIn
  document.body.classList.add('js-enabled')
  find('checking').hidden = false
  for (const element of document.querySelectorAll('[data-served]')) {
    element.hidden = location.protocol === 'file:'
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => speak(button.dataset.language))
  }
  onFile('file', check)
  onFile('trust-file', takeTrust)
  find('own-trust').addEventListener('click', async () => {
    await trustIn(given.trust, '')
    show()
  })
  await trustIn(given.trust, '')
  show()
}

function find (name) {
  return document.getElementById(name)
}

function text (name) {
  return given.texts[state.language][name]
}

function words () {
  return given.words[state.language]
}

function onFile (name, act) {
  const field = find(name)
  field.addEventListener('change', async () => {
    const file = field.files[0]
    if (file) {
      await act(file)
      show()
      field.value = '' // so that the same file can be picked again after it was changed
    }
  })
  const frame = field.closest('.cx-drop')
  for (const [kind, isOver] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
    frame?.addEventListener(kind, async (event) => {
      event.preventDefault()
      frame.classList.toggle('cx-drop--over', isOver)
      const file = kind === 'drop' ? event.dataTransfer?.files[0] : undefined
      if (file) {
        await act(file)
        show()
      }
    })
  }
}

// What is trusted ------------------------------------------------------------------------------------------------------

// Takes a text as what is trusted; one that is not good leaves nothing trusted, rather than what was there before.
function trustIn (content, name) {
  state.trusting = takenIn(content, name)
  return state.trusting
}

async function takenIn (content, name) {
  state.trust = null
  state.trustFault = null
  state.trustName = name
  state.outcome = null
  try {
    state.trust = content === null ? null : await Trust.parse(content)
  } catch (wrong) {
    state.trustFault = wrong instanceof NotVerified ? wrong : new NotVerified('MALFORMED', 'trust')
  }
}

async function takeTrust (file) {
  state.trusting = textOf(file).then((content) => takenIn(content, file.name))
  await state.trusting
}

async function textOf (file) {
  try {
    return file.size > LARGEST_TEXT ? '' : decodeText(new Uint8Array(await file.arrayBuffer()))
  } catch {
    return ''
  }
}

// The check ------------------------------------------------------------------------------------------------------------

async function check (file) {
  state.outcome = null
  show()
  find('busy').hidden = false
  state.outcome = { name: file.name, ...(await outcomeOf(file)) }
  find('busy').hidden = true
  requestAnimationFrame(() => find('outcome').focus())
}

async function outcomeOf (file) {
  if (!isSecureContext) {
    return { title: 'browser_title', note: 'insecure' } // browsers withhold their cryptography there
  }
  if (!globalThis.crypto?.subtle || typeof DecompressionStream === 'undefined') {
    return { title: 'browser_title', note: 'browser' }
  }
  if (file.size > LARGEST_REPORT) {
    return refused({ kind: 'UNKNOWN', fault: 'TOO_LARGE', place: '', facts: {}, cautions: [] })
  }
  let raw
  try {
    raw = new Uint8Array(await file.arrayBuffer())
  } catch {
    return { title: 'refused_title', note: 'unreadable' }
  }
  await state.trusting // chosen a moment ago, and still being read
  if (state.trust === null) {
    return refused({ kind: 'UNKNOWN', fault: 'TRUST_MISSING', place: '', facts: {}, cautions: [] })
  }
  const verdict = await verify(raw, state.trust, momentOf(Date.now()))
  if (verdict.isElsewhere) {
    return { title: 'elsewhere_title', note: `elsewhere_${verdict.kind}`, command: `chengxin-verify ${file.name} --trust trust.json` }
  }
  if (verdict.fault === 'UNRECOGNISED' && isTrustFile(raw)) {
    return { title: 'elsewhere_title', note: 'trust_file' }
  }
  return verdict.fault === null ? { title: 'verified_title', verdict } : refused(verdict)
}

function refused (verdict) {
  return { title: 'refused_title', verdict, note: given.texts[state.language][`after_${verdict.fault}`] ? `after_${verdict.fault}` : '' }
}

function isTrustFile (raw) {
  try {
    return JSON.parse(decodeText(raw)).format === FORMAT
  } catch {
    return false
  }
}

// What is shown --------------------------------------------------------------------------------------------------------

function speak (language) {
  state.language = language
  document.documentElement.lang = given.languages[language]
  show()
}

function show () {
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = text(element.dataset.text)
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', text(element.dataset.label))
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === state.language))
  }
  document.title = text('title')
  showOutcome()
  showTrust()
}

function showOutcome () {
  const { outcome } = state
  find('outcome').hidden = outcome === null
  if (outcome === null) {
    return
  }
  const { verdict } = outcome
  find('outcome-file').textContent = outcome.name
  find('outcome-title').textContent = text(outcome.title)
  fill('outcome-sentence', verdict ? sentenceOf(verdict, words()) : text(outcome.note))
  fill('outcome-note', verdict && outcome.note ? text(outcome.note) : '')
  fill('outcome-command', outcome.command ?? '')
  const facts = verdict?.fault === null ? SHOWN[verdict.kind] : []
  list('outcome-facts', facts.map((name) => [text(`fact_${name}`), told(name, verdict.facts[name], words())]))
  const isReport = verdict?.fault === null && ['REPORT', 'CREDENTIAL'].includes(verdict.kind)
  find('outcome-next').hidden = !isReport
  if (isReport) {
    showAddress(verdict.facts)
  }
}

// Where the portal tells whether a report was withdrawn or superseded; only a press on the link goes there.
function showAddress ({ issuer, number }) {
  const link = find('outcome-status')
  const address = `${issuer}${link.dataset.path}${encodeURIComponent(number)}/`
  link.hidden = !/^https?:\/\//.test(address)
  link.href = link.hidden ? '#' : address
  link.textContent = address
}

function fill (name, content) {
  find(name).textContent = content
  find(name).hidden = content === ''
}

function list (name, rows) {
  find(name).hidden = rows.length === 0
  find(name).replaceChildren(...rows.map(([label, value]) => {
    const row = made('div', 'govuk-summary-list__row', '')
    row.append(made('dt', 'govuk-summary-list__key', label), made('dd', 'govuk-summary-list__value cx-long', value))
    return row
  }))
}

function made (tag, style, content) {
  const element = document.createElement(tag)
  element.className = style
  element.textContent = content
  return element
}

function showTrust () {
  const { trust, trustFault, trustName } = state
  fill('trust-source', trustName === '' ? text('trust_own') : `${text('trust_given')} ${trustName}`)
  const reason = trustFault === null ? '' : sentenceOf({ fault: trustFault.fault, place: trustFault.place }, words())
  fill('trust-wrong', trustFault === null ? (trust === null ? text('trust_none') : '') : `${text('trust_unusable')}${reason}`)
  find('own-trust').hidden = trustName === '' || given.trust === null
  fill('fingerprint', trust?.rootName ?? '')
  find('fingerprint-words').hidden = trust === null
  const rows = trust === null
    ? []
    : [
        [text('fact_issuer'), trust.issuer],
        [text('trust_keys'), trust.keys === null ? text('trust_no_keys') : `${trust.keys.number} · ${told('made_at', trust.keys.madeAt, words())}`],
        [text('trust_ledger'), trust.ledger?.name ?? '-'],
        [text('trust_witnesses'), `${trust.witnesses.needed} / ${trust.witnesses.witnesses.length}`]
      ]
  list('trust-facts', rows)
}
