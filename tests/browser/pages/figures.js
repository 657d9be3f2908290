import { countColours } from './pixels.js'

const place = document.querySelector('#place')
place.style.height = '480px'
place.style.width = '800px'

/** Draws a figure of Plotly; answers what Plotly finds wrong with it, its marks and its texts. */
window.drawPlotly = async ({ data, layout }) => {
  Plotly.purge(place)
  place.replaceChildren()
  const faults = Plotly.validate(data, layout) ?? []
  await Plotly.newPlot(place, data, layout)
  const marks = '.bars .point path, .scatterlayer .point, .slice path.surface'
  return {
    faults: faults.map(({ msg }) => msg),
    marks: seen([...place.querySelectorAll(marks)]).length,
    texts: textsIn(place),
    contrasts: contrastsOf(seen([...place.querySelectorAll('text')])),
    links: place.querySelectorAll('a:not(.modebar-btn), script, img').length,
  }
}

/** Draws a configuration of Chart.js; answers what the datasets show, and how much of the canvas has colours. */
window.drawChartJs = async ({ type, data, options }) => {
  window.chart?.destroy()
  Plotly.purge(place)
  place.replaceChildren(document.createElement('canvas'))
  const canvas = place.firstChild
  const colours = data.datasets.map(({ backgroundColor }) => [backgroundColor].flat()[0])
  const settings = { ...options, animation: false, devicePixelRatio: 1 }
  window.chart = new Chart(canvas, { type, data, options: settings })
  return {
    pixels: countColours(canvas, colours),
    elements: data.datasets.map((_, at) => window.chart.getDatasetMeta(at).data.length),
  }
}

/** Shows a picture within the page; answers its texts, which of them touch another or leave it, and contrasts. */
window.showSvg = (text) => {
  Plotly.purge(place)
  place.innerHTML = text
  const svg = place.querySelector('svg')
  const frame = svg.getBoundingClientRect()
  const shown = [...svg.querySelectorAll('text')]
  const boxes = shown.map((each) => each.getBoundingClientRect())
  const within = (box) =>
    box.left >= frame.left - 1 &&
    box.right <= frame.right + 1 &&
    box.top >= frame.top - 1 &&
    box.bottom <= frame.bottom + 1
  const outside = shown.filter((_, at) => !within(boxes[at])).map(({ textContent }) => textContent)
  const touching = boxes.flatMap((one, at) =>
    boxes.slice(at + 1).flatMap((other, n) => {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left)
      const tall = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
      // Lines of letters stand closer than their boxes are tall.
      if (wide <= 1 || tall <= 5) return []
      return [`${shown[at].textContent} × ${shown[at + 1 + n].textContent}`]
    }),
  )
  return {
    marks: svg.querySelectorAll('rect, circle, path').length,
    texts: textsIn(svg),
    outside,
    touching,
    contrasts: contrastsOf(shown),
    links: svg.querySelectorAll('a, script, img, image, foreignObject').length,
  }
}

const seen = (elements) =>
  elements.filter((each) => {
    const { width, height } = each.getBoundingClientRect()
    return width > 0 && height > 0
  })

const textsIn = (element) => [...element.querySelectorAll('text')].map((each) => each.textContent)

/** Of each text to what it stands on: the last area that is drawn there, or white (WCAG 2.2). */
function contrastsOf(texts) {
  const areas = [...place.querySelectorAll('svg path, svg rect, svg circle')].flatMap((area) => {
    const { fill, fillOpacity } = getComputedStyle(area)
    const isShown = /^rgb\(/.test(fill) && Number(fillOpacity) > 0.5
    if (!isShown || area.closest('.modebar, defs')) return []
    return [{ area, fill, box: area.getBoundingClientRect() }]
  })
  return texts.map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect()
    const { x, y } = { x: (left + right) / 2, y: (top + bottom) / 2 }
    const under = areas.findLast(({ area, box }) => {
      const isNear = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom
      const matrix = isNear && area.getScreenCTM().inverse()
      return isNear && area.isPointInFill(new DOMPoint(x, y).matrixTransform(matrix))
    })
    const colours = [getComputedStyle(text).fill, under?.fill ?? 'rgb(255, 255, 255)']
    const [dark, light] = colours.map(luminance).sort((a, b) => a - b)
    return { text: text.textContent, ratio: (light + 0.05) / (dark + 0.05) }
  })
}

function luminance(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

window.drawn = true
