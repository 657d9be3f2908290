import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import type { Client, Service } from './service.ts'

const png1 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const ooxml = 'application/vnd.openxmlformats-officedocument'

/** The smallest files of each kind that programs open. */
export const samples = {
  png: Buffer.from(png1, 'base64'),
  gif: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  jpg: Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300', 'hex'),
    Buffer.alloc(64, 1),
    Buffer.from('ffd9', 'hex'),
  ]),
  pdf: Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  docx: docx(),
  doc: compound(['WordDocument', '1Table']),
  exe: Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0', 'latin1'), Buffer.alloc(200)]),
  html: Buffer.from('<!doctype html><script>alert(1)</script>'),
}

/** A PDF of so many bytes. */
export function pdfOf(bytes: number): Buffer {
  return Buffer.concat([samples.pdf, Buffer.alloc(bytes - samples.pdf.length, 'x')])
}

type ZipEntry = { name: string; text: string; isStored?: boolean }

/** A ZIP file; readers look at its directory, which is at the end. */
export function zip(entries: ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, isStored } of entries) {
    const data = isStored ? Buffer.from(text) : deflateRawSync(text)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(isStored ? 0 : 8, 4)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(Buffer.byteLength(text), 18)
    shared.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, rest, Buffer.from(name))
    parts.push(local)
    offset += local.length
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(index.length, 8)
  end.writeUInt32LE(offset, 12)
  end.writeUInt16LE(Buffer.byteLength(comment), 16)
  return Buffer.concat([...parts, index, Buffer.from('PK\x05\x06'), end, Buffer.from(comment)])
}

/** A package of Office, by the type of its main part. */
export function docx(main = `${ooxml}.wordprocessingml.document.main+xml`, more = '') {
  const types = `<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="${main}"/>${more}</Types>`
  return zip([
    { name: 'word/document.xml', text: '<w:document/>', isStored: true },
    { name: '[Content_Types].xml', text: types },
  ])
}

/** A compound file whose top has these streams; those of `within` stand in a storage below. */
export function compound(streams: string[], within: string[] = []): Buffer {
  const header = Buffer.alloc(512)
  header.write('d0cf11e0a1b11ae1', 'hex')
  header.writeUInt16LE(9, 0x1e)
  header.writeUInt32LE(1, 0x2c)
  header.writeUInt32LE(1, 0x30)
  header.writeUInt32LE(0xfffffffe, 0x44)
  header.fill(0xff, 0x4c)
  header.writeUInt32LE(0, 0x4c)

  const top = [
    ...streams.map((name) => ({ name, type: 2, below: -1 })),
    ...(within.length > 0 ? [{ name: 'ObjectPool', type: 1, below: streams.length + 2 }] : []),
  ]
  const entries = [
    { name: 'Root Entry', type: 5, below: 1, next: -1 },
    ...top.map((each, i) => ({ ...each, next: i + 1 < top.length ? i + 2 : -1 })),
    ...within.map((name, i) => ({
      name,
      type: 2,
      below: -1,
      next: i + 1 < within.length ? top.length + i + 2 : -1,
    })),
  ]
  const directory = entries.map(({ name, type, below, next }) => {
    const entry = Buffer.alloc(128)
    entry.write(name, 'utf16le')
    entry.writeUInt16LE(name.length * 2 + 2, 0x40)
    entry[0x42] = type
    entry.writeInt32LE(-1, 0x44)
    entry.writeInt32LE(next, 0x48)
    entry.writeInt32LE(below, 0x4c)
    return entry
  })
  while (directory.length % 4 !== 0) directory.push(Buffer.alloc(128))

  const table = Buffer.alloc(512, 0xff)
  table.writeUInt32LE(0xfffffffd, 0)
  const sectors = directory.length / 4
  for (let i = 1; i <= sectors; i += 1) {
    table.writeUInt32LE(i < sectors ? i + 1 : 0xfffffffe, i * 4)
  }
  return Buffer.concat([header, table, ...directory])
}

export type Part = {
  name: string
  filename?: string
  disposition?: string
  type?: string
  body: string | Buffer
}

/** A form as a client sends it, byte for byte. */
export function formOf(parts: Part[], boundary = 'x-boundary') {
  const chunks = parts.flatMap(({ name, filename, disposition, type, body }) => [
    `--${boundary}\r\ncontent-disposition: ${disposition ?? `form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`}\r\n`,
    type || filename !== undefined
      ? `content-type: ${type ?? 'application/octet-stream'}\r\n\r\n`
      : '\r\n',
    body,
    '\r\n',
  ])
  const payload = Buffer.concat(
    [...chunks, `--${boundary}--\r\n`].map((each) => Buffer.from(each as string)),
  )
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

export function sendForm(client: Client, parts: Part[], to = '/api/v1/upload/files') {
  const { payload, headers } = formOf(parts)
  return client.post(to, payload, headers)
}

export function sendFile(
  client: Client,
  filename: string,
  body: Buffer | string,
  type = 'text/html',
  to?: string,
) {
  return sendForm(client, [{ name: 'file', filename, body, type }], to)
}

/** What the storage and the tables hold of uploads, to see that nothing is left over. */
export async function holdings({ deps }: Service) {
  const folder = join(deps.config.dataDir, 'files/uploads')
  const files = await readdir(folder).catch(() => [])
  const rows = await deps.db.selectFrom('uploads').select('key').execute()
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  return {
    files: files.sort(),
    rows: rows.map(({ key }) => key.replace('uploads/', '')).sort(),
    incoming: incoming.map(({ key }) => key),
  }
}
