// DER (X.690), as much of it as certificates and signatures need: values with tag and definite length, and the way back.
import { joined } from './bytes.js'

export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const NULL = 0x05
export const OBJECT_IDENTIFIER = 0x06
export const UTC_TIME = 0x17
export const GENERALIZED_TIME = 0x18
export const SEQUENCE = 0x30
export const SET = 0x31

export class NotDer extends Error {}

// Returns the first value: its tag byte, its contents, and all of its bytes. What comes after it is left alone.
export function readValue (raw) {
  const tag = raw[0]
  let length = raw[1]
  let begin = 2
  if (length === undefined || (tag & 0x1f) === 0x1f || length === 0x80) {
    throw new NotDer()
  }
  if (length > 0x80) {
    const count = length & 0x7f
    if (count > 4 || raw.length < begin + count) {
      throw new NotDer()
    }
    length = raw.subarray(begin, begin + count).reduce((sum, value) => sum * 256 + value, 0)
    begin += count
    if (length < 0x80 || length < 256 ** (count - 1)) {
      throw new NotDer()
    }
  }
  if (raw.length < begin + length) {
    throw new NotDer()
  }
  return { tag, contents: raw.subarray(begin, begin + length), raw: raw.subarray(0, begin + length) }
}

export function readAll (raw) {
  const values = []
  for (let rest = raw; rest.length > 0;) {
    const value = readValue(rest)
    values.push(value)
    rest = rest.subarray(value.raw.length)
  }
  return values
}

// Returns the members of a value that has just this tag.
export function membersOf (value, tag) {
  return readAll(contentsOf(value, tag))
}

export function contentsOf (value, tag) {
  if (value?.tag !== tag) {
    throw new NotDer()
  }
  return value.contents
}

export function written (tag, ...parts) {
  const contents = joined(...parts)
  const length = []
  for (let rest = contents.length; rest > 0; rest = Math.floor(rest / 256)) {
    length.unshift(rest % 256)
  }
  const head = contents.length < 0x80 ? [tag, contents.length] : [tag, 0x80 + length.length, ...length]
  return joined(Uint8Array.from(head), contents)
}
