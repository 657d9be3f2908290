import { type BookType, utils, write } from 'xlsx'
import { holdings, tryUpload, uploadTo } from '../support/project-files.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { compound, docx, ooxml, samples, sendFile, zip } from '../support/uploads.ts'

function workbook(bookType: BookType): Buffer {
  const book = utils.book_new()
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([
      ['年度', '売上'],
      [2024, 1000],
    ]),
    '表',
  )
  return write(book, { type: 'buffer', bookType })
}

const shiftJis = Buffer.from('96bc914f2c926c0d0a', 'hex')
const sheetMain = `${ooxml}.spreadsheetml.sheet.main+xml`
const xlsx = `${ooxml}.spreadsheetml.sheet`
const macros =
  '<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'

describe('POST /projects/{project_id}/files takes', () => {
  test.for([
    ['a.jpg', samples.jpg, 'image/jpeg'],
    ['a.JPEG', samples.jpg, 'image/jpeg'],
    ['a.png', samples.png, 'image/png'],
    ['a.gif', samples.gif, 'image/gif'],
    ['a.pdf', samples.pdf, 'application/pdf'],
    ['a.docx', samples.docx, `${ooxml}.wordprocessingml.document`],
    ['売上.xlsx', workbook('xlsx'), xlsx],
    ['small.xlsx', docx(sheetMain), xlsx],
    ['売上.xls', workbook('biff8'), 'application/vnd.ms-excel'],
    ['old.xls', workbook('biff5'), 'application/vnd.ms-excel'],
    ['a.csv', '年度,売上\n2024,1000\n', 'text/csv'],
    ['jis.csv', shiftJis, 'text/csv'],
    ['mark.csv', '\ufeff年度,売上\n', 'text/csv'],
    ['wide.txt', Buffer.from('\ufeff売上', 'utf16le'), 'text/plain'],
    ['a.txt', 'x', 'text/plain'],
    ['markup.txt', '<!doctype html><script>alert(1)</script>', 'text/plain'],
    ['a.json', '{"__proto__":[1,2.5e3,"売上"]}', 'application/json'],
  ] as const)('%s', async ([name, body, content_type], { db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const file = await uploadTo(ann, project, name, Buffer.from(body as string))
    expect(file).toMatchObject({ file_name: name, content_type })
    const download = await ann.get(`/api/v1/projects/${project}/files/${file.id}/download`)
    expect(download.headers['content-type']).toBe(content_type)
    expect(download.rawPayload).toEqual(Buffer.from(body as string))
  })

  test('a CSV that its sender calls a workbook', async ({ db, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const sent = await tryUpload(ann, project, 'a.csv', 'a,b\n', 'application/vnd.ms-excel')
    expect(sent.json()).toMatchObject({ content_type: 'text/csv' })
  })
})

describe('POST /projects/{project_id}/files refuses', () => {
  test.for([
    ['a.zip', zip([{ name: 'a.txt', text: 'a' }]), 'file_type_not_allowed'],
    ['a.exe', samples.exe, 'file_type_not_allowed'],
    ['a.html', samples.html, 'file_type_not_allowed'],
    ['a.svg', Buffer.from('<svg/>'), 'file_type_not_allowed'],
    ['a.doc', samples.doc, 'file_type_not_allowed'],
    ['a.xlsm', workbook('xlsm'), 'file_type_not_allowed'],
    ['a', Buffer.from('a'), 'file_type_not_allowed'],
    ['.csv', Buffer.from('a'), 'file_type_not_allowed'],
    ['a.csv.exe', Buffer.from('a'), 'file_type_not_allowed'],
    ['zip.xlsx', zip([{ name: 'a.txt', text: 'a' }]), 'file_content_mismatch'],
    ['macros.xlsx', docx(sheetMain, macros), 'file_content_mismatch'],
    ['renamed.xlsx', workbook('xlsm'), 'file_content_mismatch'],
    ['binary.xlsx', workbook('xlsb'), 'file_content_mismatch'],
    ['word.xlsx', samples.docx, 'file_content_mismatch'],
    ['old.xlsx', workbook('biff8'), 'file_content_mismatch'],
    ['csv.xlsx', Buffer.from('a,b\n'), 'file_content_mismatch'],
    ['cut.xlsx', workbook('xlsx').subarray(0, 500), 'file_content_mismatch'],
    ['new.xls', workbook('xlsx'), 'file_content_mismatch'],
    ['word.xls', samples.doc, 'file_content_mismatch'],
    ['within.xls', compound(['a'], ['Workbook']), 'file_content_mismatch'],
    ['html.xls', samples.html, 'file_content_mismatch'],
    ['sheet.docx', workbook('xlsx'), 'file_content_mismatch'],
    ['exe.txt', samples.exe, 'file_content_mismatch'],
    ['pdf.png', samples.pdf, 'file_content_mismatch'],
    ['xlsx.csv', workbook('xlsx'), 'file_content_mismatch'],
    [
      'late.csv',
      Buffer.concat([Buffer.from('a,b\n'.repeat(50_000)), Buffer.alloc(1)]),
      'file_content_mismatch',
    ],
    ['cut.json', Buffer.from('{"a":['), 'file_content_mismatch'],
    ['text.json', Buffer.from('a,b'), 'file_content_mismatch'],
    ['jis.json', Buffer.from('2296bc22', 'hex'), 'file_content_mismatch'],
  ] as const)('%s', async ([name, body, code], { db, service, signIn }) => {
    const ann = await signIn()
    const project = await insertProject(db, { member: ann })
    const before = await holdings(service)
    const response = await tryUpload(ann, project, name, body)
    expect([response.statusCode, response.json().code]).toEqual([415, code])
    expect(await holdings(service)).toEqual(before)
  })

  test.for(['a.csv', 'a.txt', 'a.json', 'a.xlsx', 'a.xls', 'a.pdf'])(
    'an empty %s',
    async (name, { db, service, signIn }) => {
      const ann = await signIn()
      const project = await insertProject(db, { member: ann })
      const before = await holdings(service)
      const response = await tryUpload(ann, project, name, '')
      expect([response.statusCode, response.json().code]).toEqual([422, 'file_empty'])
      expect(await holdings(service)).toEqual(before)
    },
  )

  test('what other areas may take too: their list is as it was', async ({ signIn }) => {
    const ann = await signIn()
    for (const name of ['a.csv', 'a.txt', 'a.json', 'a.xls', 'a.xlsx']) {
      const response = await sendFile(ann, name, 'a')
      expect([response.statusCode, response.json().code]).toEqual([415, 'file_type_not_allowed'])
    }
  })
})
