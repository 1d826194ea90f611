// A picture of the code on a report, taken or chosen: the number in it is read here, and the picture goes nowhere.
/*! With jsQR, Apache-2.0. */
import jsQR from 'jsqr'

// A code fills a part of the picture; at several sizes one is found where another fails.
const WIDTHS = [1000, 1800, 600]

function prepare (frame) {
  const field = frame.querySelector('input[type="file"]')
  const status = frame.querySelector('[data-cx-scan-status]')
  const say = (name) => { status.textContent = frame.querySelector(`[data-cx-scan-text="${name}"]`)?.textContent ?? '' }
  frame.hidden = false
  field.addEventListener('change', async () => {
    const picture = field.files[0]
    if (!picture) {
      return
    }
    say('busy')
    const outcome = judge(await read(picture), frame.dataset)
    field.value = ''
    if (outcome.path) {
      location.assign(outcome.path)
    } else {
      say(outcome.told)
    }
  })
}

// Returns where to go, or what to tell. Only addresses of this very platform are followed.
function judge (found, { issuer, path }) {
  if (found === null) {
    return { told: 'none' }
  }
  let address
  try {
    address = new URL(found)
  } catch {
    return { told: 'other' }
  }
  const isHere = [location.origin, issuer].includes(address.origin)
  const number = address.pathname.startsWith(path) ? /^([0-9-]{20,30})\/$/.exec(address.pathname.slice(path.length)) : null
  return isHere && number ? { path: `${path}${number[1]}/` } : { told: 'other' }
}

async function read (file) {
  let picture
  try {
    picture = await createImageBitmap(file)
  } catch {
    return null
  }
  for (const width of WIDTHS) {
    const scale = Math.min(1, width / Math.max(picture.width, picture.height))
    const canvas = new OffscreenCanvas(Math.ceil(picture.width * scale), Math.ceil(picture.height * scale))
    const context = canvas.getContext('2d')
    context.fillStyle = '#ffffff' // what is transparent is paper
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const found = jsQR(data, canvas.width, canvas.height)
    if (found) {
      return found.data
    }
  }
  return null
}

document.querySelectorAll('[data-cx-scan]').forEach(prepare)
