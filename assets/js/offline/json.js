// JSON as chengxin.sealing reads it: a member that stands twice is refused, and whole numbers are told from others.
import { decodeText, encodeText, isEqual, isWellFormed } from './bytes.js'
import { NotVerified } from './faults.js'

const DEEPEST = 900
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const GAP = /[ \t\n\r]*/y

// A number that is not whole. Nothing that is signed here holds one.
class Fraction {}

class Reader {
  constructor (text) {
    this.text = text
    this.at = 0
  }

  match (pattern) {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) {
      this.at = pattern.lastIndex
    }
    return found
  }

  take (word) {
    this.match(GAP)
    if (!this.text.startsWith(word, this.at)) {
      return false
    }
    this.at += word.length
    return true
  }

  demand (word) {
    if (!this.take(word)) {
      throw new SyntaxError(word)
    }
  }

  value (depth = 0) {
    if (depth > DEEPEST) {
      throw new RangeError('too deep')
    }
    if (this.take('{')) {
      return this.members(depth)
    }
    if (this.take('[')) {
      return this.elements(depth)
    }
    for (const [word, value] of [['true', true], ['false', false], ['null', null]]) {
      if (this.take(word)) {
        return value
      }
    }
    const number = this.match(NUMBER)
    if (number) {
      if (number[1] !== undefined || number[2] !== undefined) {
        return new Fraction()
      }
      const whole = Number(number[0])
      return Number.isSafeInteger(whole) ? whole + 0 : BigInt(number[0])
    }
    return this.string()
  }

  string () {
    const found = this.match(TEXT)
    if (!found) {
      throw new SyntaxError('text')
    }
    return JSON.parse(found[0])
  }

  members (depth) {
    const made = new Map()
    let isFirst = true
    while (!this.take('}')) {
      if (!isFirst) {
        this.demand(',')
      }
      isFirst = false
      this.match(GAP)
      const name = this.string()
      this.demand(':')
      if (made.has(name)) {
        throw new SyntaxError('a member stands twice')
      }
      made.set(name, this.value(depth + 1))
    }
    return made
  }

  elements (depth) {
    const made = []
    while (!this.take(']')) {
      if (made.length > 0) {
        this.demand(',')
      }
      made.push(this.value(depth + 1))
    }
    return made
  }
}

// Returns objects as maps, so that no name of a member can mean anything to JavaScript.
export function readJson (text, place) {
  try {
    const reader = new Reader(typeof text === 'string' ? text : decodeText(text))
    const value = reader.value()
    reader.match(GAP)
    if (reader.at !== reader.text.length) {
      throw new SyntaxError('more than one value')
    }
    return value
  } catch {
    throw new NotVerified('MALFORMED', place)
  }
}

// RFC 8785 for what is put under a digest: no fractions, no number beyond 2**53 - 1, no lone surrogates.
export function canonical (value) {
  if (value instanceof Map) {
    // JavaScript compares texts by their UTF-16 units, which is the order that RFC 8785 demands.
    const names = [...value.keys()].sort((one, other) => (one < other ? -1 : 1))
    return `{${names.map((name) => `${canonical(name)}:${canonical(value.get(name))}`).join(',')}}`
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`
  }
  const isPlain = value === null || typeof value === 'boolean' || Number.isSafeInteger(value)
  if (isPlain || (typeof value === 'string' && isWellFormed(value))) {
    return JSON.stringify(value)
  }
  throw new TypeError('no canonical form')
}

// Returns the object in canonical bytes.
export function readObject (payload, place = 'payload') {
  const contents = readJson(payload, place)
  try {
    if (contents instanceof Map && isEqual(encodeText(canonical(contents)), payload)) {
      return contents
    }
  } catch {
    // said below
  }
  throw new NotVerified('MALFORMED', place)
}

export function hasMembers (value, names) {
  return value instanceof Map && value.size === names.length && names.every((name) => value.has(name))
}
