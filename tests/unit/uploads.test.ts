import { describe, expect, test } from 'vitest'
import { checkContent } from '../../src/file-content.ts'
import { isWordDocument, isWordPackage, type Look } from '../../src/file-documents.ts'
import { dispositionOf, nameOf } from '../../src/file-names.ts'
import { isKnown, isSame, rangeIn } from '../../src/file-ranges.ts'
import { compound, docx, ooxml, pdfOf, samples, zip } from '../support/uploads.ts'

describe('the name of a file', () => {
  test.for([
    ['契約書.pdf', '契約書.pdf'],
    ['ｆｕｌｌ　ｗｉｄｔｈ．pdf.pdf', 'ｆｕｌｌ　ｗｉｄｔｈ．pdf.pdf'],
    ['か\u3099.pdf', 'が.pdf'],
    ['C:\\Users\\taro\\見積.pdf', '見積.pdf'],
    ['folder/a.pdf', 'a.pdf'],
    ['/etc/a.pdf', 'a.pdf'],
    [' a.pdf. . ', 'a.pdf'],
    ['con.pdf', 'con.pdf'],
    ['invoice\u202efdp.exe.pdf', 'invoicefdp.exe.pdf'],
    ['\u{1f4c4}\u200d.pdf', '\u{1f4c4}\u200d.pdf'],
    ['a\ud800.pdf', 'a\ufffd.pdf'],
    [`${'名'.repeat(251)}.pdf`, `${'名'.repeat(251)}.pdf`],
  ] as const)('%s becomes %s', ([sent, name]) => {
    expect(nameOf(sent)).toBe(name)
  })

  test.for([
    '',
    ' ',
    '.',
    '..',
    '...',
    'a/',
    '../a.pdf',
    '..\\a.pdf',
    'a/../../b.pdf',
    'a\0.pdf',
    'a\n.pdf',
    '\x1b[31m.pdf',
    'a\u0085.pdf',
    '\u202e',
    `${'x'.repeat(252)}.pdf`,
  ])('%j is refused', (sent) => {
    expect(() => nameOf(sent)).toThrow(expect.objectContaining({ failure: 'invalid_request' }))
  })

  test('stands in a header in two ways', () => {
    expect(dispositionOf('attachment', `a"b\\c%d'(é)*.pdf`)).toBe(
      `attachment; filename="a_b_c_d'(_)*.pdf"; filename*=UTF-8''a%22b%5Cc%25d%27%28%C3%A9%29%2A.pdf`,
    )
    expect(dispositionOf('inline', '\u{1f4c4}.pdf')).toBe(
      `inline; filename="_.pdf"; filename*=UTF-8''%F0%9F%93%84.pdf`,
    )
  })
})

describe('a range', () => {
  test.for([
    [undefined, 10, undefined],
    ['bytes=0-', 10, { start: 0, end: 9 }],
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['BYTES = 2-3', 10, { start: 2, end: 3 }],
    ['bytes=2-99', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=-0', 10, 'beyond'],
    ['bytes=10-', 10, 'beyond'],
    ['bytes=99999999999999999999-', 10, 'beyond'],
    ['bytes=0-99999999999999999999', 10, { start: 0, end: 9 }],
    ['bytes=3-2', 10, undefined],
    ['bytes=20-15', 10, undefined],
    ['bytes=0-1,4-5', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=+1-2', 10, undefined],
    ['lines=1-2', 10, undefined],
  ] as const)('%s of %i bytes is %o', ([range, size, expected]) => {
    expect(rangeIn(range, size)).toEqual(expected)
  })

  test('belongs to one state of a file, and a tag counts more than a time', () => {
    const tags = { etag: '"a"', modified: 'Wed, 21 Oct 2015 07:28:00 GMT' }
    expect(isSame({}, tags)).toBe(true)
    expect(isSame({ 'if-range': '"b"' }, tags)).toBe(false)
    expect(isKnown({}, tags)).toBe(false)
    expect(isKnown({ 'if-modified-since': 'Thu, 22 Oct 2015 07:28:00 GMT' }, tags)).toBe(true)
    expect(isKnown({ 'if-none-match': '"b"', 'if-modified-since': tags.modified }, tags)).toBe(
      false,
    )
  })
})

async function* pieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

async function all(body: AsyncIterable<Buffer>) {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('content', () => {
  test('passes on every byte, however it comes', async () => {
    const content = pdfOf(200_000)
    for (const size of [1000, 65_536, 70_000, 200_000]) {
      const { type, body } = await checkContent('a.pdf', pieces(content, size))
      expect(type).toBe('application/pdf')
      expect((await all(body)).equals(content)).toBe(true)
    }
    const slow = await checkContent('a.png', pieces(samples.png, 1))
    expect((await all(slow.body)).equals(samples.png)).toBe(true)
  })

  test('is a PNG also with a colour profile of a megabyte', async () => {
    const profile = Buffer.alloc(12 + 1_000_000)
    profile.writeUInt32BE(1_000_000, 0)
    profile.write('iCCP', 4)
    const png = Buffer.concat([samples.png.subarray(0, 33), profile, samples.png.subarray(33)])
    expect((await checkContent('a.png', pieces(png, 60_000))).type).toBe('image/png')
  })

  test('lets go of what it refuses', async () => {
    let isLetGo = false
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(1000)
      } finally {
        isLetGo = true
      }
    }
    await expect(checkContent('a.gif', endless())).rejects.toMatchObject({
      failure: 'file_content_mismatch',
    })
    expect(isLetGo).toBe(true)
  })
})

const lookIn =
  (content: Buffer): Look =>
  async (start, length) =>
    content.subarray(start, start + length)

describe('a Word document', () => {
  const word = `${ooxml}.wordprocessingml`
  test.for([
    ['.docx', samples.docx, true],
    [
      '.docx with a comment',
      zip([{ name: '[Content_Types].xml', text: `"${word}.document.main+xml"` }], 'x'.repeat(500)),
      true,
    ],
    ['.docm', docx('application/vnd.ms-word.document.macroEnabled.main+xml'), false],
    [
      '.docm in disguise',
      docx(undefined, '<Default ContentType="application/vnd.ms-office.vbaProject"/>'),
      false,
    ],
    ['.dotx', docx(`${word}.template.main+xml`), false],
    ['.xlsx', docx(`${ooxml}.spreadsheetml.sheet.main+xml`), false],
    ['a ZIP', zip([{ name: 'a.txt', text: 'a' }]), false],
    ['an empty ZIP', zip([]), false],
    [
      'a bomb',
      zip([
        {
          name: '[Content_Types].xml',
          text: `"${word}.document.main+xml"${' '.repeat(20_000_000)}`,
        },
      ]),
      false,
    ],
    ['half of one', samples.docx.subarray(0, 100), false],
    [
      'noise behind a signature',
      Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 0xff)]),
      false,
    ],
  ] as const)('in a package: %s', async ([, content, expected]) => {
    expect(await isWordPackage(lookIn(content), content.length)).toBe(expected)
  })

  test.for([
    ['.doc', samples.doc, true],
    [
      '.doc of many streams',
      compound([...Array.from({ length: 300 }, (_, i) => `s${i}`), 'WordDocument']),
      true,
    ],
    ['.doc with a sheet in it', compound(['WordDocument'], ['Workbook']), true],
    ['.xls', compound(['Workbook']), false],
    ['.xls with a document in it', compound(['Workbook'], ['WordDocument']), false],
    ['.msi', compound(['\u4840\u3f3f']), false],
    ['a header alone', samples.doc.subarray(0, 512), false],
    ['half a header', samples.doc.subarray(0, 300), false],
    ['noise', Buffer.alloc(5000, 0xff), false],
  ] as const)('in a compound file: %s', async ([, content, expected]) => {
    expect(await isWordDocument(lookIn(content))).toBe(expected)
  })

  test('whose directory goes round in circles is not one', async () => {
    const round = compound(['a', 'b', 'c', 'd', 'e'])
    round.writeUInt32LE(1, 512 + 4)
    round.writeUInt32LE(2, 1024 + 128 + 0x48)
    expect(await isWordDocument(lookIn(round))).toBe(false)
  })
})
