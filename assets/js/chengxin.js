// What pages do beyond plain HTML. Every page works without it, except dragging a file.
(function () {
  'use strict'

  document.body.classList.add('js-enabled')
  if ('noModule' in HTMLScriptElement.prototype) {
    document.body.classList.add('govuk-frontend-supported')
  }

  function initialise (scope) {
    if (window.GOVUKFrontend) {
      window.GOVUKFrontend.initAll({ scope })
    }
    scope.querySelectorAll('[data-cx-drop]').forEach(prepareDrop)
  }

  // A frame around a file field into which a file can be dragged; the field itself stays and stays reachable by keyboard.
  function prepareDrop (frame) {
    const field = frame.querySelector('input[type="file"]')
    const words = frame.querySelector('.cx-drop__words')
    if (!field || frame.dataset.cxReady) {
      return
    }
    frame.dataset.cxReady = 'yes'
    if (words) {
      words.hidden = false
    }
    const over = function (event) {
      event.preventDefault()
      frame.classList.add('cx-drop--over')
    }
    const out = function () {
      frame.classList.remove('cx-drop--over')
    }
    frame.addEventListener('dragenter', over)
    frame.addEventListener('dragover', over)
    frame.addEventListener('dragleave', out)
    frame.addEventListener('drop', function (event) {
      event.preventDefault()
      out()
      if (event.dataTransfer && event.dataTransfer.files.length > 0) {
        field.files = event.dataTransfer.files
        field.dispatchEvent(new Event('change', { bubbles: true }))
      }
    })
  }

  // Moving through the rows of a table with the arrow keys, for those who work in queues all day.
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') {
      return
    }
    const link = document.activeElement && document.activeElement.closest('.cx-table tbody a')
    if (!link) {
      return
    }
    const links = Array.from(link.closest('tbody').querySelectorAll('tr'))
      .map(function (row) { return row.querySelector('a') })
      .filter(Boolean)
    const row = link.closest('tr').querySelector('a')
    const next = links[links.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)]
    if (next) {
      event.preventDefault()
      next.focus()
    }
  })

  document.querySelectorAll('[data-cx-print]').forEach(function (button) {
    button.hidden = false
    button.addEventListener('click', function () { window.print() })
  })

  initialise(document)
  document.addEventListener('htmx:after:swap', function (event) {
    if (event.target instanceof Element) {
      initialise(event.target)
    }
  })
})()
