import * as maplibre from '/maplibre-gl/maplibre-gl.mjs'
import { countColours } from './pixels.js'

/**
 * Draws `path` of the service, a map answer, from what `from` says: `shapes` and a table, `tiles`
 * and a table, or values and shapes `merged` into one.
 */
const {
  service,
  path,
  from,
  bounds = '123,24,148,46',
} = Object.fromEntries(new URLSearchParams(location.search))
const table = await (await fetch(service + path)).json()
const colours = ['#fef0d9', '#fdcc8a', '#fc8d59', '#e34a33', '#b30000', '#7a0177', '#49006a']
const used = colours.slice(0, table.classes.length)
const nothing = '#9e9e9e'

const sources = {
  shapes: () => ({ type: 'geojson', data: service + table.geometry.url }),
  merged: () => ({
    type: 'geojson',
    data: `${service}${path}${path.includes('?') ? '&' : '?'}format=geojson`,
  }),
  tiles: () => ({ type: 'vector', tiles: [service + table.geometry.tiles], maxzoom: 14 }),
}

/** By the breaks where the value is in the shape; else by the class that the table gives each code. */
const colour =
  from === 'merged'
    ? [
        'case',
        ['==', ['get', 'value'], null],
        nothing,
        ['step', ['get', 'value'], used[0], ...table.breaks.flatMap((at, n) => [at, used[n + 1]])],
      ]
    : [
        'match',
        ['coalesce', ['feature-state', 'class'], -1],
        ...used.flatMap((each, n) => [n, each]),
        nothing,
      ]

const [west, south, east, north] = bounds.split(',').map(Number)
const layer = from === 'tiles' ? { 'source-layer': table.geometry.layer } : {}
const map = new maplibre.Map({
  container: 'map',
  attributionControl: false,
  fadeDuration: 0,
  pixelRatio: 1,
  canvasContextAttributes: { preserveDrawingBuffer: true, antialias: false },
  bounds: [
    [west, south],
    [east, north],
  ],
  style: {
    version: 8,
    sources: { areas: sources[from]() },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': '#dbe9f4' } },
      {
        id: 'areas',
        type: 'fill',
        source: 'areas',
        ...layer,
        paint: { 'fill-color': colour, 'fill-antialias': false },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'areas',
        ...layer,
        paint: { 'line-color': '#555', 'line-width': 0.5 },
      },
    ],
  },
})
map.on('error', ({ error }) => console.error(error))
await map.once('idle')
if (from !== 'merged') {
  const source = { source: 'areas', ...(from === 'tiles' && { sourceLayer: table.geometry.layer }) }
  for (const { area_code, class: number } of table.rows) {
    if (number !== null)
      map.setFeatureState({ ...source, id: Number(area_code) }, { class: number })
  }
}
map.triggerRepaint()
await map.once('idle')

document.querySelector('#credit').textContent = `${table.meta.credit}　${table.geometry.credit}`
const legend = document.querySelector('#legend')
legend.append(`${table.title}（${table.meta.unit}） ${table.period}`)
for (const [n, { from, to, count }] of table.classes.entries()) {
  const line = document.createElement('div')
  const box = document.createElement('i')
  box.style.background = used[n]
  const [first, last] = [from, to].map((each) => Math.round(each).toLocaleString('ja'))
  line.append(box, `${first}～${last}（${count}）`)
  legend.append(line)
}

/** How many pixels each class has, and how many have none. */
window.look = () => {
  const [none, ...classes] = countColours(map.getCanvas(), [nothing, ...used])
  return { none, classes }
}

/** Which class is drawn at a place, by its colour. */
window.classAt = (longitude, latitude) => {
  const { x, y } = map.project([longitude, latitude])
  const spot = { x: Math.round(x), y: Math.round(y), width: 1, height: 1 }
  return countColours(map.getCanvas(), used, spot).indexOf(1)
}

window.drawn = true
