import { constants, deflateRawSync } from 'node:zlib'

/** A part of a ZIP file; what it says of itself may be something else than what it is. */
export type ZipPart = {
  name: string
  body: Buffer | string
  method?: number
  flags?: number
  /** The body as it is packed, where that is known already. */
  packed?: Buffer
  said?: Partial<{ unpacked: number; packed: number; start: number; name: string }>
  extra?: Buffer
}

/** A ZIP file as programs write it, but for what its parts are told to say. */
export function zipOf(parts: readonly ZipPart[], end: Partial<{ count: number }> = {}): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, body, method = 8, flags = 0, said = {}, extra, packed: given } of parts) {
    const bytes = Buffer.from(body)
    const packed = given ?? (method === 8 ? deflateRawSync(bytes, { level: 9 }) : bytes)
    const sizes = { unpacked: said.unpacked ?? bytes.length, packed: said.packed ?? packed.length }
    const local = headerOf(0x04034b50, { flags, method, ...sizes, name: said.name ?? name })
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(said.start ?? at, 10)
    const central = headerOf(0x02014b50, { flags, method, ...sizes, name, extra, tail })
    directory.push(central)
    pieces.push(local, packed)
    at += local.length + packed.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const last = Buffer.alloc(22)
  last.writeUInt32LE(0x06054b50, 0)
  last.writeUInt16LE(end.count ?? parts.length, 8)
  last.writeUInt16LE(end.count ?? parts.length, 10)
  last.writeUInt32LE(size, 12)
  last.writeUInt32LE(at, 16)
  return Buffer.concat([...pieces, ...directory, last])
}

type Header = {
  flags: number
  method: number
  unpacked: number
  packed: number
  name: string
  extra?: Buffer | undefined
  tail?: Buffer
}

function headerOf(
  mark: number,
  { flags, method, unpacked, packed, name, extra = Buffer.alloc(0), tail }: Header,
) {
  const isCentral = tail !== undefined
  const fixed = Buffer.alloc(isCentral ? 32 : 30)
  const at = isCentral ? 6 : 4
  fixed.writeUInt32LE(mark, 0)
  fixed.writeUInt16LE(flags, at + 2)
  fixed.writeUInt16LE(method, at + 4)
  fixed.writeUInt32LE(packed, at + 14)
  fixed.writeUInt32LE(unpacked, at + 18)
  fixed.writeUInt16LE(Buffer.byteLength(name), at + 22)
  fixed.writeUInt16LE(extra.length, at + 24)
  return Buffer.concat([fixed, ...(tail ? [tail] : []), Buffer.from(name), extra])
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

export type SheetXml = { name: string; xml: string | Buffer; state?: 'hidden' | 'veryHidden' }

/** The parts of a workbook with sheets in XML as given. */
export function partsOf(
  sheets: readonly SheetXml[],
  { strings, styles, date1904 = false, before = '' }: Partial<Extras> = {},
): ZipPart[] {
  const override = (path: string, type: string) =>
    `<Override PartName="/xl/${path}" ContentType="${kind}.${type}+xml"/>`
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`
  const more = [
    { path: 'sharedStrings.xml', type: 'sharedStrings', body: strings },
    { path: 'styles.xml', type: 'styles', body: styles },
  ].filter(({ body }) => body !== undefined)
  const types = [
    override('workbook.xml', 'sheet.main'),
    ...sheets.map((_, n) => override(`worksheets/sheet${n + 1}.xml`, 'worksheet')),
    ...more.map(({ path, type }) => override(path, type)),
  ]
  const list = sheets.map(
    ({ name, state = 'visible' }, n) =>
      `<sheet name="${name}" sheetId="${n + 1}" state="${state}" r:id="s${n + 1}"/>`,
  )
  const related = [
    ...sheets.map((_, n) => relation(`s${n + 1}`, 'worksheet', `worksheets/sheet${n + 1}.xml`)),
    ...more.map(({ path, type }) => relation(type, type, path)),
  ]
  return [
    {
      name: '[Content_Types].xml',
      body: `${xml}<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/>${types.join('')}</Types>`,
    },
    {
      name: '_rels/.rels',
      body: `${xml}<Relationships xmlns="${packages}/relationships">${relation('w', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      body: `${xml}${before}<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr date1904="${Number(date1904)}"/><sheets>${list.join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      body: `${xml}<Relationships xmlns="${packages}/relationships">${related.join('')}</Relationships>`,
    },
    ...more.map(({ path, body = '' }) => ({ name: `xl/${path}`, body })),
    ...sheets.map(({ xml: body }, n) => ({ name: `xl/worksheets/sheet${n + 1}.xml`, body })),
  ]
}

type Extras = { strings: string; styles: string; date1904: boolean; before: string }

/** A sheet of these rows in XML; `after` comes behind them. */
export function sheetXml(rows: string, after = ''): string {
  return `${xml}<worksheet xmlns="${main}"><sheetData>${rows}</sheetData>${after}</worksheet>`
}

/** Styles, each of one format of numbers. */
export function stylesXml(formats: readonly string[]): string {
  const escaped = formats.map((format) => format.replace(/&/g, '&amp;').replace(/"/g, '&quot;'))
  const codes = escaped.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${code}"/>`)
  const cells = formats.map((_, n) => `<xf numFmtId="${164 + n}" applyNumberFormat="1"/>`)
  return `${xml}<styleSheet xmlns="${main}"><numFmts count="${codes.length}">${codes.join('')}</numFmts><cellXfs count="${cells.length + 1}"><xf numFmtId="0"/>${cells.join('')}</cellXfs></styleSheet>`
}

export function stringsXml(items: readonly string[]): string {
  return `${xml}<sst xmlns="${main}">${items.map((item) => `<si>${item}</si>`).join('')}</sst>`
}

/** A workbook of half a megabyte, a sheet of which is so long once unpacked: one number, all zeros. */
export function bombOf(megabytes: number, said?: number): Buffer {
  const block = Buffer.alloc(10 * 1024 * 1024, '0')
  const flush = { level: 9, finishFlush: constants.Z_FULL_FLUSH }
  const [head = '', tail = ''] = sheetXml('<row><c><v>|</v></c></row>').split('|')
  // What follows a full flush refers to nothing before it, so it may be repeated.
  const packed = Buffer.concat([
    deflateRawSync(Buffer.from(head), flush),
    ...Array(megabytes / 10).fill(deflateRawSync(block, flush)),
    deflateRawSync(Buffer.from(tail)),
  ])
  const unpacked = said ?? head.length + megabytes * 1024 * 1024 + tail.length
  const parts = partsOf([{ name: 'a', xml: '' }])
  return zipOf(
    parts.map((part) =>
      part.name.endsWith('sheet1.xml') ? { ...part, packed, said: { unpacked } } : part,
    ),
  )
}

/** Chance that is the same every time (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A copy with some bytes changed, taken out, doubled, or the end cut off. */
export function mutated(bytes: Buffer, chance: () => number): Buffer {
  let result = Buffer.from(bytes)
  const place = () => Math.floor(chance() * result.length)
  for (let n = Math.ceil(chance() * 8); n > 0 && result.length > 0; n -= 1) {
    const [from, length, how] = [place(), Math.ceil(chance() * 64), chance()]
    if (how < 0.6) result[from] = Math.floor(chance() * 256)
    else if (how < 0.75) {
      result = Buffer.concat([result.subarray(0, from), result.subarray(from + length)])
    } else if (how < 0.9) {
      const part = result.subarray(from, from + length)
      result = Buffer.concat([result.subarray(0, from), part, result.subarray(from)])
    } else result = result.subarray(0, from)
  }
  return result
}
