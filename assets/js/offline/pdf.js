// As much of PDF as leads to the embedded files and the signature of a report. It is given only bytes that the platform
// has signed, so it may refuse whatever it does not know.
import { decodeText, fromHex, isEqual, joined, latin1 } from './bytes.js'

const DEEPEST = 24
const MOST_SECTIONS = 64
const MOST_MEMBERS = 1 << 20
const BLANK = new Set([0, 9, 10, 12, 13, 32])
const DELIMITERS = new Set([...'()<>[]{}/%'].map((sign) => sign.charCodeAt(0)))
const ESCAPES = { n: 10, r: 13, t: 9, b: 8, f: 12 }

export class PdfBroken extends Error {}

class Name {
  constructor (text) {
    this.text = text
  }
}

class Reference {
  constructor (number) {
    this.number = number
  }
}

class Word {
  constructor (text) {
    this.text = text
  }
}

class Stream {
  constructor (dictionary, begin) {
    this.dictionary = dictionary
    this.begin = begin
  }
}

// Reads values one after the other. Strings become bytes, dictionaries maps by the texts of their names.
class Lexer {
  constructor (raw, at = 0) {
    this.raw = raw
    this.at = at
  }

  skip () {
    for (; this.at < this.raw.length; this.at += 1) {
      if (this.raw[this.at] === 0x25) {
        while (this.at < this.raw.length && this.raw[this.at] !== 10 && this.raw[this.at] !== 13) {
          this.at += 1
        }
      } else if (!BLANK.has(this.raw[this.at])) {
        return
      }
    }
  }

  regular () {
    const begin = this.at
    while (this.at < this.raw.length && !BLANK.has(this.raw[this.at]) && !DELIMITERS.has(this.raw[this.at])) {
      this.at += 1
    }
    return latin1(this.raw.subarray(begin, this.at))
  }

  value (depth = 0) {
    this.skip()
    const sign = String.fromCharCode(this.raw[this.at] ?? 0)
    if (depth > DEEPEST || this.at >= this.raw.length) {
      throw new PdfBroken()
    }
    if (sign === '/') {
      this.at += 1
      return new Name(this.regular().replace(/#([0-9A-Fa-f]{2})/g, (_, pair) => String.fromCharCode(parseInt(pair, 16))))
    }
    if (sign === '(') {
      return this.literal()
    }
    if (sign === '[') {
      this.at += 1
      return this.until(']', depth)
    }
    if (sign === '<') {
      return this.raw[this.at + 1] === 0x3c ? this.dictionary(depth) : this.hexadecimal()
    }
    const text = this.regular()
    if (text === '') {
      throw new PdfBroken()
    }
    return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? this.number(text) : new Word(text)
  }

  // A whole number may begin a reference, "12 0 R".
  number (text) {
    const mark = this.at
    if (/^\d+$/.test(text)) {
      this.skip()
      const generation = this.regular()
      this.skip()
      if (/^\d+$/.test(generation) && this.regular() === 'R') {
        return new Reference(Number(text))
      }
      this.at = mark
    }
    return Number(text)
  }

  until (end, depth) {
    const values = []
    for (;;) {
      this.skip()
      if (latin1(this.raw.subarray(this.at, this.at + end.length)) === end) {
        this.at += end.length
        return values
      }
      values.push(this.value(depth + 1))
    }
  }

  dictionary (depth) {
    this.at += 2
    const parts = this.until('>>', depth)
    const made = new Map()
    for (let place = 0; place < parts.length; place += 2) {
      if (!(parts[place] instanceof Name) || place + 1 >= parts.length) {
        throw new PdfBroken()
      }
      made.set(parts[place].text, parts[place + 1])
    }
    return made
  }

  hexadecimal () {
    const end = this.raw.indexOf(0x3e, this.at)
    const digits = latin1(this.raw.subarray(this.at + 1, end)).replace(/[\0\t\n\f\r ]/g, '')
    if (end < 0 || /[^0-9A-Fa-f]/.test(digits)) {
      throw new PdfBroken()
    }
    this.at = end + 1
    return fromHex(digits.length % 2 === 1 ? `${digits}0` : digits)
  }

  literal () {
    const made = []
    let open = 0
    do {
      const value = this.raw[this.at]
      const sign = String.fromCharCode(value ?? 0)
      if (value === undefined) {
        throw new PdfBroken()
      }
      this.at += 1
      open += sign === '(' ? 1 : sign === ')' ? -1 : 0
      if (sign === '\\') {
        made.push(...this.escaped())
      } else {
        made.push(value)
      }
    } while (open > 0)
    return Uint8Array.from(made.slice(1, -1))
  }

  escaped () {
    const octal = /^[0-7]{1,3}/.exec(latin1(this.raw.subarray(this.at, this.at + 3)))
    if (octal) {
      this.at += octal[0].length
      return [parseInt(octal[0], 8) & 0xff]
    }
    const value = this.raw[this.at]
    this.at += 1
    if (value === 13 || value === 10) {
      this.at += value === 13 && this.raw[this.at] === 10 ? 1 : 0
      return []
    }
    return [ESCAPES[String.fromCharCode(value)] ?? value]
  }

  // An object with its number: "12 0 obj … endobj".
  object (number) {
    const [own, generation] = [this.value(), this.value()]
    const isHere = typeof generation === 'number' && this.value()?.text === 'obj'
    if (!isHere || (number !== null && own !== number)) {
      throw new PdfBroken()
    }
    const value = this.value()
    const mark = this.at
    this.skip()
    if (value instanceof Map && this.regular() === 'stream') {
      this.at += this.raw[this.at] === 13 ? 2 : 1
      return new Stream(value, this.at)
    }
    this.at = mark
    return value
  }
}

// A report, opened. Everything is read when it is asked for.
export class PdfFile {
  static async open (raw) {
    const file = new PdfFile()
    file.raw = raw
    file.places = new Map()
    file.trailer = null
    file.packs = new Map()
    await file.#readSections()
    return file
  }

  // Where objects stand, from the newest section to the oldest; the first that names an object counts.
  async #readSections () {
    const tail = latin1(this.raw.subarray(-2048))
    const found = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)
    if (!found) {
      throw new PdfBroken()
    }
    const waiting = [Number(found[1])]
    const seen = new Set()
    while (waiting.length > 0) {
      const at = waiting.shift()
      if (seen.has(at) || seen.size > MOST_SECTIONS) {
        throw new PdfBroken()
      }
      seen.add(at)
      const dictionary = await this.#readSection(at)
      this.trailer ??= dictionary
      waiting.push(...['XRefStm', 'Prev'].map((name) => dictionary.get(name)).filter((place) => typeof place === 'number'))
    }
  }

  async #readSection (at) {
    const lexer = new Lexer(this.raw, at)
    if (latin1(this.raw.subarray(at, at + 4)) !== 'xref') {
      const stream = lexer.object(null)
      await this.#readPlaces(stream)
      return stream.dictionary
    }
    lexer.value()
    for (;;) {
      const first = lexer.value()
      if (first instanceof Word && first.text === 'trailer') {
        return lexer.value()
      }
      const count = lexer.value()
      for (let place = 0; place < count; place += 1) {
        const [offset, , use] = [lexer.value(), lexer.value(), lexer.value()]
        this.#keep(first + place, use.text === 'n' ? { offset } : null)
      }
    }
  }

  async #readPlaces (stream) {
    const { dictionary } = stream
    const widths = dictionary.get('W')
    const index = dictionary.get('Index') ?? [0, dictionary.get('Size')]
    const raw = await this.contentsOf(stream)
    let at = 0
    const field = (width, missing) => {
      const value = raw.subarray(at, at + width).reduce((sum, part) => sum * 256 + part, 0)
      at += width
      return width === 0 ? missing : value
    }
    for (let run = 0; run < index.length; run += 2) {
      for (let place = 0; place < index[run + 1]; place += 1) {
        const [kind, second, third] = [field(widths[0], 1), field(widths[1], 0), field(widths[2], 0)]
        const known = { 1: { offset: second }, 2: { pack: second, place: third } }
        this.#keep(index[run] + place, known[kind] ?? null)
      }
    }
  }

  #keep (number, place) {
    if (this.places.size > MOST_MEMBERS) {
      throw new PdfBroken()
    }
    if (!this.places.has(number)) {
      this.places.set(number, place)
    }
  }

  // Follows references until there is a value.
  async resolve (value, depth = 0) {
    if (!(value instanceof Reference)) {
      return value ?? null
    }
    const place = this.places.get(value.number) ?? null
    if (place === null || depth > DEEPEST) {
      return null
    }
    if (place.offset !== undefined) {
      return await this.resolve(new Lexer(this.raw, place.offset).object(value.number), depth + 1)
    }
    return await this.resolve((await this.#pack(place.pack)).get(value.number), depth + 1)
  }

  // Objects that are packed into a stream.
  async #pack (number) {
    if (!this.packs.has(number)) {
      const stream = await this.resolve(new Reference(number))
      const raw = await this.contentsOf(stream)
      const count = await this.resolve(stream.dictionary.get('N'))
      const first = await this.resolve(stream.dictionary.get('First'))
      const head = new Lexer(raw)
      const made = new Map()
      for (let place = 0; place < count; place += 1) {
        const [own, offset] = [head.value(), head.value()]
        made.set(own, new Lexer(raw, first + offset).value())
      }
      this.packs.set(number, made)
    }
    return this.packs.get(number)
  }

  // Returns a member of a dictionary; null where there is none.
  async member (dictionary, name) {
    return dictionary instanceof Map ? await this.resolve(dictionary.get(name)) : null
  }

  async contentsOf (stream) {
    if (!(stream instanceof Stream)) {
      throw new PdfBroken()
    }
    const length = await this.member(stream.dictionary, 'Length')
    const end = stream.begin + length
    const mark = new Lexer(this.raw, end)
    mark.skip()
    if (!Number.isSafeInteger(length) || mark.regular() !== 'endstream') {
      throw new PdfBroken()
    }
    const raw = this.raw.subarray(stream.begin, end)
    const filters = [await this.member(stream.dictionary, 'Filter')].flat().filter((filter) => filter !== null)
    const settings = [await this.member(stream.dictionary, 'DecodeParms')].flat()[0] ?? null
    if (filters.length === 0) {
      return raw
    }
    if (filters.length !== 1 || !(filters[0] instanceof Name) || filters[0].text !== 'FlateDecode') {
      throw new PdfBroken()
    }
    const inflated = await inflate(raw)
    return settings instanceof Map ? unpredicted(inflated, settings) : inflated
  }

  // Yields the signatures: the dictionaries that the fields of signatures hold.
  async signatures () {
    const form = await this.member(await this.member(this.trailer, 'Root'), 'AcroForm')
    return await this.#signaturesOf((await this.member(form, 'Fields')) ?? [], 0)
  }

  async #signaturesOf (fields, depth) {
    const found = []
    for (const entry of depth > DEEPEST ? [] : fields) {
      const field = await this.resolve(entry)
      const kind = await this.member(field, 'FT')
      const value = await this.member(field, 'V')
      if (kind instanceof Name && kind.text === 'Sig' && value instanceof Map) {
        found.push(value)
      }
      found.push(...(await this.#signaturesOf((await this.member(field, 'Kids')) ?? [], depth + 1)))
    }
    return found
  }

  // Returns the embedded files of some names, by name.
  async embedded (names) {
    const root = await this.member(this.trailer, 'Root')
    const tree = await this.member(await this.member(root, 'Names'), 'EmbeddedFiles')
    const found = new Map()
    await this.#collect(tree, names, found, 0)
    return found
  }

  async #collect (node, names, found, depth) {
    if (depth > DEEPEST) {
      throw new PdfBroken()
    }
    for (const child of (await this.member(node, 'Kids')) ?? []) {
      await this.#collect(await this.resolve(child), names, found, depth + 1)
    }
    const members = (await this.member(node, 'Names')) ?? []
    for (let place = 1; place < members.length; place += 2) {
      const described = await this.resolve(members[place])
      const name = textOf((await this.member(described, 'UF')) ?? (await this.member(described, 'F')))
      if (names.includes(name)) {
        const stream = await this.member(await this.member(described, 'EF'), 'F')
        found.set(name, await this.contentsOf(stream))
      }
    }
  }
}

// A date of PDF, "D:20310401083000+08'00'", as a moment in UTC; null for anything else.
export function momentOfDate (raw) {
  const pattern = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'00'?)?|([+-])(\d\d)'(\d\d)'?)$/
  const found = raw instanceof Uint8Array ? pattern.exec(latin1(raw)) : null
  if (!found) {
    return null
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number)
  const ahead = found[7] === undefined ? 0 : (found[7] === '-' ? -1 : 1) * (Number(found[8]) * 60 + Number(found[9]))
  return Date.UTC(year, month - 1, day, hour, minute - ahead, second)
}

export function isBytes (value, expected) {
  return value instanceof Uint8Array && isEqual(value, expected)
}

function textOf (raw) {
  if (!(raw instanceof Uint8Array)) {
    return ''
  }
  if (raw[0] === 0xfe && raw[1] === 0xff) {
    return new TextDecoder('utf-16be').decode(raw.subarray(2))
  }
  return raw[0] === 0xef ? decodeText(raw.subarray(3)) : latin1(raw)
}

async function inflate (raw) {
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

// The predictors of PNG, which tables of places are often written with.
function unpredicted (raw, settings) {
  const predictor = settings.get('Predictor') ?? 1
  if (predictor === 1) {
    return raw
  }
  const width = settings.get('Columns') ?? 1
  const isKnown = predictor >= 10 && (settings.get('Colors') ?? 1) === 1 && (settings.get('BitsPerComponent') ?? 8) === 8
  if (!isKnown || raw.length % (width + 1) !== 0) {
    throw new PdfBroken()
  }
  let above = new Uint8Array(width)
  const rows = []
  for (let at = 0; at < raw.length; at += width + 1) {
    const row = raw.slice(at + 1, at + 1 + width)
    for (let place = 0; place < width; place += 1) {
      const left = place > 0 ? row[place - 1] : 0
      const corner = place > 0 ? above[place - 1] : 0
      row[place] += [0, left, above[place], (left + above[place]) >> 1, paeth(left, above[place], corner)][raw[at]] ?? 0
    }
    rows.push(row)
    above = row
  }
  return joined(...rows)
}

function paeth (left, above, corner) {
  const [far, near, cross] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs)
  return far <= near && far <= cross ? left : near <= cross ? above : corner
}
