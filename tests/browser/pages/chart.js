import { countColours } from './pixels.js'

/** Draws what `url` answers, as it is; `type` is the kind of chart. */
const query = new URLSearchParams(location.search)
const data = await (await fetch(query.get('url'))).json()
document.querySelector('#credit').textContent = data.meta.credit

const canvas = document.querySelector('#chart')
const chart = new Chart(canvas, {
  type: query.get('type'),
  data,
  options: {
    animation: false,
    responsive: false,
    devicePixelRatio: 1,
    scales: { y: { title: { display: true, text: data.datasets[0].unit } } },
  },
})

const colourOf = (dataset) =>
  query.get('type') === 'bar' ? dataset.backgroundColor : dataset.borderColor

/** What is there of each dataset: its points, which of them are left out, and its pixels. */
window.look = () =>
  chart.data.datasets.map((dataset, n) => ({
    id: dataset.id,
    label: dataset.label,
    colour: colourOf(dataset),
    skipped: chart
      .getDatasetMeta(n)
      .data.flatMap((point, at) =>
        point.skip || Number.isNaN(point.y) ? [chart.data.labels[at]] : [],
      ),
    pixels: countColours(canvas, [colourOf(dataset)], chartArea())[0],
  }))

/** Pixels of each dataset between two labels, a little away from the points at either. */
window.between = (from, to) => {
  const [left, right] = [from, to].map((label) =>
    chart.scales.x.getPixelForValue(chart.data.labels.indexOf(label)),
  )
  const { y, height } = chartArea()
  const x = Math.ceil(left) + 6
  const area = { x, y, width: Math.floor(right) - 6 - x, height }
  return countColours(canvas, chart.data.datasets.map(colourOf), area)
}

/** Whether there is any colour at a label, halfway to the next one, and a value. */
window.isInked = (label, value) => {
  const at = chart.data.labels.indexOf(label)
  const [left, right] = [at, at + 1].map((n) => chart.scales.x.getPixelForValue(n))
  const y = chart.scales.y.getPixelForValue(value)
  const [r, g, b, alpha] = canvas
    .getContext('2d')
    .getImageData(Math.round((left + right) / 2), Math.round(y), 1, 1).data
  // Lines of the grid are grey.
  return alpha > 0 && Math.max(r, g, b) - Math.min(r, g, b) > 5
}

function chartArea() {
  const { left, top, width, height } = chart.chartArea
  return {
    x: Math.ceil(left),
    y: Math.ceil(top),
    width: Math.floor(width),
    height: Math.floor(height),
  }
}

window.drawn = true
