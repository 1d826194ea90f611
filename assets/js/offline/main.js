// The entry of the page that checks without a network. `judge` is for those who want to check many things at once.
import { momentOf, readMoment } from './moments.js'
import { start } from './page.js'
import { sentenceOf } from './sentences.js'
import { Trust } from './trust.js'
import { verify } from './verdicts.js'

// Returns the verdict over some bytes, as chengxin-verify --json says it. Refuses a trust file that is not good.
export async function judge (raw, trustText, now = momentOf(Date.now())) {
  return await verify(raw, await Trust.parse(trustText), readMoment(now, 'now'))
}

export { sentenceOf }

// A script that stands in the head runs before there is a page.
document.addEventListener('DOMContentLoaded', start)
