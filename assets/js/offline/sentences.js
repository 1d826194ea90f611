// Verdicts as one plain sentence. The words come with the page, from chengxin.sealing.sentences; none is written here.

// The office's zone, eight hours ahead of UTC, all the year.
const AHEAD = 8 * 3600 * 1000

export function sentenceOf (verdict, words) {
  if (verdict.fault !== null) {
    const place = verdict.place === '' ? '' : filled(words.place, { place: verdict.place })
    return filled(words.not_verified, { reason: words.faults[verdict.fault], place })
  }
  const facts = Object.fromEntries(Object.entries(verdict.facts).map(([name, value]) => [name, told(name, value, words)]))
  const parts = [filled(words.verified[verdict.kind], facts)]
  return [...parts, ...verdict.cautions.map((caution) => words.cautions[caution])].join(words.joined) + words.end
}

export function told (name, value, words) {
  if (value === null) {
    return '-'
  }
  if (!words.moments.includes(name)) {
    return String(value)
  }
  const there = new Date(Date.parse(`${value.slice(0, 19)}Z`) + AHEAD).toISOString()
  // The last hours of the year 9999 have no such spelling.
  return /^\d{4}-/.test(there) ? `${there.slice(0, 10)} ${there.slice(11, 19)} +08:00` : value
}

function filled (sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
}
