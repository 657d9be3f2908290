import { deflateRawSync } from 'node:zlib'
import { newId } from '../../src/values.ts'
import { csv, file, imported, json, rowOf, send, text } from '../support/itsm-imports.ts'
import { describe, expect, test } from '../support/service.ts'

const head = 'number,title,opened_at'
const good = (n: number) => `,Row ${n},2026-03-02 09:00`

/** A ZIP file of one entry that says to be as small as it likes. */
function zipOf(packed: Buffer, said: number): Buffer {
  const name = Buffer.from('xl/worksheets/sheet1.xml')
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(said, 22)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(packed.length, 20)
  central.writeUInt32LE(said, 24)
  central.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  return Buffer.concat([local, name, packed, central, name, end])
}

describe('a file that is made to do harm', () => {
  const broken: [what: string, body: string | Buffer, line: number, en: RegExp][] = [
    ['a cell of ten megabytes', csv(head, good(1), `,${'x'.repeat(10_000_000)},`), 3, /characters/],
    ['ten thousand columns', csv(head, good(1), ','.repeat(10_000)), 3, /200/],
    ['bytes of nothing', csv(head, good(1), `,a\0b,2026-03-02`), 3, /control/],
    [
      'a quote that stays open',
      csv(head, good(1), ',"open,2026-03-02', good(3), good(4)),
      3,
      /quot/i,
    ],
    ['a column twice', csv('title,opened_at,title', 'a,2026-03-02,b'), 1, /title/],
    ['no header', csv('a,2026-03-02'), 1, /title|opened_at/],
    [
      'another encoding half-way',
      Buffer.concat([
        Buffer.from(csv(head, ...Array.from({ length: 9000 }, (_, n) => `${good(n)},あ`), ',')),
        Buffer.from([0x83, 0x81, 0x83, 0x8b]),
        Buffer.from(csv(',2026-03-02', ...Array.from({ length: 300 }, (_, n) => good(n)))),
      ]),
      9002,
      /./,
    ],
  ]
  for (const [what, body, line, en] of broken) {
    test(`is refused with its line: ${what}`, async ({ service, signIn }) => {
      const result = await imported(service, await signIn('SystemAdmin'), file(body))
      expect(result).toMatchObject({ state: 'failed' })
      expect(result.errors[0]).toMatchObject({ line, en: expect.stringMatching(en) })
    })
  }

  let packed: Buffer | undefined
  for (const said of [1000, 0, 2 ** 31 - 1]) {
    test(`is not unpacked past its bounds: a workbook that says ${said}`, async ({
      service,
      signIn,
    }) => {
      packed ??= deflateRawSync(Buffer.alloc(400 * 1024 * 1024))
      const bomb = zipOf(packed, said)
      expect(bomb.length).toBeLessThan(600_000)
      const result = await imported(service, await signIn('SystemAdmin'), file(bomb, 'a.xlsx'))
      expect(result).toMatchObject({ state: 'failed', imported: 0 })
      expect(result.errors[0]?.en).toMatch('may have')
    })
  }

  test('names a column for two fields, or two columns for one', async ({ service, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const unknown = await send(admin, file(csv(head, good(1))), json('mapping', { a: 'sla_phase' }))
    expect([unknown.statusCode, unknown.json().errors[0].field]).toEqual([422, 'mapping'])
    const twice = await imported(
      service,
      admin,
      file(csv('A,B,C', 'a,b,2026-03-02')),
      json('mapping', { A: 'title', B: 'title', C: 'opened_at' }),
    )
    expect(twice).toMatchObject({ state: 'failed', errors: [{ line: 1, field: 'header' }] })
  })

  test('has days that there are not, and hours that a clock left out', async ({
    service,
    db,
    signIn,
  }) => {
    const [a, b, c] = [newId(), newId(), newId()]
    const result = await imported(
      service,
      await signIn('SystemAdmin'),
      file(
        csv(
          head,
          ',No such day,2024-02-30 09:00',
          ',No such hour,2024-02-28 25:00',
          `${a},Left out,2024-03-31 02:30`,
          `${b},Twice,2024-10-27 02:30`,
          `${c},Elsewhere,2024-02-29T23:30:00-05:00`,
        ),
      ),
      text('time_zone', 'Europe/Berlin'),
    )
    expect(result).toMatchObject({ imported: 3, refused: 2 })
    expect(result.errors.map(({ line, field }) => [line, field])).toEqual([
      [2, 'opened_at'],
      [3, 'opened_at'],
    ])
    expect((await rowOf(db, a)).opened_at).toBe('2024-03-31T01:30:00.000Z')
    expect((await rowOf(db, b)).opened_at).toBe('2024-10-27T00:30:00.000Z')
    expect((await rowOf(db, c)).opened_at).toBe('2024-03-01T04:30:00.000Z')
  })
})
