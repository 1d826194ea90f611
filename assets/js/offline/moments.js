// Moments in their one spelling, "2031-04-01T08:30:00.000000Z". So spelled, they compare as texts.
import { NotVerified } from './faults.js'

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{6}Z$/

export function isMoment (text) {
  const found = typeof text === 'string' ? MOMENT.exec(text) : null
  if (!found) {
    return false
  }
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return year > 0 && isDay && hour < 24 && minute < 60 && second < 60
}

export function readMoment (text, place) {
  if (isMoment(text)) {
    return text
  }
  throw new NotVerified('MALFORMED', place)
}

export function readOptionalMoment (text, place) {
  return text === null ? null : readMoment(text, place)
}

// A moment of the clock, or of a whole number of seconds since 1970.
export function momentOf (milliseconds) {
  const date = new Date(milliseconds)
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString().replace(/\.(\d{3})Z$/, '.$1000Z')
  return isMoment(text) ? text : null
}

export function momentOfSeconds (seconds, place) {
  const text = Number.isSafeInteger(seconds) ? momentOf(seconds * 1000) : null
  if (text === null) {
    throw new NotVerified('MALFORMED', place)
  }
  return text
}

export function inWholeSeconds (moment) {
  return `${moment.slice(0, 19)}.000000Z`
}
