/** The start page’s figures, drawn from the same answers that any client gets. */
const api = '/api/v1'
const svg = 'http://www.w3.org/2000/svg'

const number = new Intl.NumberFormat('ja-JP', { maximumFractionDigits: 2 })
const read = async (path) => {
  const response = await fetch(`${api}/${path}`)
  const body = await response.json()
  if (!response.ok) throw new Error(body.detail)
  return body
}

/** An element with attributes, and with children or a text. */
function make(name, attributes = {}, ...children) {
  const isDrawing = ['svg', 'path', 'polyline', 'polygon', 'text', 'title', 'g'].includes(name)
  const element = isDrawing ? document.createElementNS(svg, name) : document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

function show(id, ...children) {
  document.getElementById(id).replaceChildren(...children)
}

/** Equirectangular about the middle of Japan; Okinawa is moved in beside Kyushu. */
const mapSize = [460, 470]
const cosine = Math.cos((37 * Math.PI) / 180)
function project([longitude, latitude], isOkinawa) {
  const [x, y] = isOkinawa ? [longitude + 3.4, latitude + 12.6] : [longitude, latitude]
  return [(x - 128.2) * cosine * 31, (46 - y) * 31]
}

function pathOf({ type, coordinates }, isOkinawa) {
  const polygons = type === 'Polygon' ? [coordinates] : coordinates
  const ringOf = (ring) =>
    `M${ring.map((point) => project(point, isOkinawa).map((n) => n.toFixed(1))).join('L')}Z`
  return polygons.flatMap((rings) => rings.map(ringOf)).join('')
}

async function drawMap() {
  const map = await read('map/density?format=geojson')
  const drawing = make('svg', { viewBox: `0 0 ${mapSize.join(' ')}`, role: 'img' })
  for (const { properties, geometry } of map.features) {
    if (!geometry) continue
    const { code, name, value } = properties
    const shape = make(
      'path',
      { d: pathOf(geometry, code === '47000'), class: `class-${properties.class}` },
      make('title', {}, `${name} ${number.format(value)} 人/km²`),
    )
    drawing.append(shape)
  }
  show('map', drawing)
}

async function drawForecast() {
  const { rows, models, meta } = await read('population/forecast?area=00000&horizon=10')
  const [width, height, margin] = [460, 240, 34]
  const years = rows.map(({ year }) => year)
  const values = rows.flatMap(({ value, lower95, upper95 }) => [value, lower95, upper95])
  const known = values.filter((value) => value !== null)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (year) =>
    margin + ((year - years[0]) / (years.at(-1) - years[0])) * (width - 2 * margin)
  const y = (value) => height - margin - ((value - low) / (high - low)) * (height - 2 * margin)
  const points = (all, key) => all.map((row) => `${x(row.year)},${y(row[key])}`)
  const ahead = rows.filter(({ projected }) => projected)
  const seen = rows.filter(({ projected }) => !projected)
  const band = (lower, upper, name) =>
    make('polygon', {
      points: [...points(ahead, upper), ...points([...ahead].reverse(), lower)].join(' '),
      class: name,
    })
  const label = (text, at, anchor) =>
    make('text', { x: at[0], y: at[1], 'text-anchor': anchor }, text)
  show(
    'forecast',
    make(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img' },
      band('lower95', 'upper95', 'band-95'),
      band('lower80', 'upper80', 'band-80'),
      make('polyline', { points: points(seen, 'value').join(' '), class: 'actual' }),
      make('polyline', {
        points: [...points(seen.slice(-1), 'value'), ...points(ahead, 'value')].join(' '),
        class: 'ahead',
      }),
      ...[years[0], models[0].actual_until, years.at(-1)].map((year) =>
        label(year, [x(year), height - 10], 'middle'),
      ),
      label(`${number.format(Math.round(high / 10000))}万人`, [4, margin - 12], 'start'),
      label(`${number.format(Math.round(low / 10000))}万人`, [4, height - margin + 4], 'start'),
    ),
  )
  document.getElementById('forecast-method').textContent = meta.method.ja
}

async function drawCards() {
  const { kpis } = await read('kpi')
  const card = ({ name_ja, value, unit, period, delta_percent, status }) =>
    make(
      'li',
      { class: `status-${status}` },
      make('span', {}, name_ja),
      make('b', {}, value === null ? '—' : `${number.format(value)} ${unit}`),
      make(
        'small',
        {},
        [period, delta_percent === null ? '' : `${number.format(delta_percent)}%`].join(' '),
      ),
    )
  show('cards', ...kpis.map(card))
}

async function drawRanking() {
  const { rows } = await read('livability/ranking')
  const line = ({ rank, area_name, score, rank_low, rank_high }) =>
    make(
      'tr',
      {},
      make('td', {}, rank),
      make('td', {}, area_name),
      make('td', {}, number.format(score)),
      make('td', {}, `${rank_low}–${rank_high}`),
    )
  show('ranking', ...rows.slice(0, 8).map(line))
}

async function drawCredit() {
  const { rows, meta } = await read('population?area=13000&from=2020')
  document.getElementById('tokyo').textContent = number.format(rows[0].value)
  document.getElementById('credit').textContent =
    `${meta.credit} ほか。「国土数値情報（行政区域データ）」（国土交通省）を加工して作成。`
}

for (const [id, draw] of Object.entries({
  map: drawMap,
  forecast: drawForecast,
  cards: drawCards,
  ranking: drawRanking,
  credit: drawCredit,
})) {
  draw().catch((error) => show(id, error.message))
}
