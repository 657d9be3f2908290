import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import {
  createEngine,
  type Engine,
  type EngineOptions,
  type Tables,
} from '../../src/analysis/engine.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-'))
const engines: Engine[] = []
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()))
  rmSync(root, { recursive: true })
})

function start(options: Partial<EngineOptions> = {}) {
  const place = mkdtempSync(join(root, 'place-'))
  const storage = diskStorage(join(place, 'files'))
  const folder = join(place, "engine's")
  const engine = createEngine({ storage, folder, megabytes: 64, threads: 2, ...options })
  engines.push(engine)
  return { engine, storage, folder: options.folder ?? folder }
}

const endless = 'select sum(a.range * b.range) from range(1000000) a, range(1000000) b'
const failsWith = (code: string) => expect.objectContaining({ failure: code })

/** Names of the tables that are there. */
const tableNames = async (tables: Tables) =>
  (await tables.rows('select table_name from duckdb_tables() order by 1')).flat()

test('values are bound and come back as what they are', async () => {
  const { engine } = start()
  const hostile = `'); drop table t; -- \0 " \u{1f600}`
  const rows = await engine.use(newId(), (tables) =>
    tables.rows('select $1, $2, $3, $4, $5', [hostile, 1e300, 7, true, null]),
  )
  expect(rows).toEqual([[hostile, 1e300, 7, true, null]])
  const others = await engine.use(newId(), (tables) =>
    tables.rows(
      "select 9007199254740991::hugeint, 1.25::decimal(9,2), date '2024-02-29', 'nan'::double, sum(range) from range(4)",
    ),
  )
  expect(others).toEqual([[9007199254740991, 1.25, '2024-02-29', null, 6]])
})

test('a database sees nothing but its folder, and keeps its settings', async () => {
  const { engine, folder } = start()
  const outside = join(root, 'outside.csv')
  writeFileSync(outside, 'a\n1\n')
  await engine.use(newId(), async (tables) => {
    const own = tables.newFile('parquet')
    expect(own.startsWith(folder)).toBe(true)
    await tables.run(`copy (select 1 as a) to '${own.replaceAll("'", "''")}' (format parquet)`)
    for (const sql of [
      `select * from read_csv('${outside}')`,
      `select * from read_csv('${join(own, '../../../../../outside.csv').replaceAll("'", "''")}')`,
      `copy (select 1) to '${join(root, 'made.csv')}'`,
      `attach '${join(root, 'made.db')}' as other`,
      "set memory_limit = '100GB'",
      'set enable_external_access = true',
      'install httpfs',
      'load httpfs',
    ]) {
      await expect(tables.run(sql), sql).rejects.toThrow()
    }
  })
  expect(readdirSync(root).filter((name) => name.startsWith('made'))).toEqual([])
})

test('what takes too long is ended, and the database goes on', async () => {
  const { engine } = start({ limits: { useMs: 400 } })
  const id = newId()
  const begun = Date.now()
  await expect(engine.use(id, (tables) => tables.rows(endless))).rejects.toEqual(
    failsWith('analysis_too_slow'),
  )
  expect(Date.now() - begun).toBeLessThan(10_000)
  expect(await engine.use(id, (tables) => tables.rows('select 1'))).toEqual([[1]])
})

test('somebody who goes away ends the work, also while it waits', async () => {
  const { engine } = start({ limits: { queries: 1 } })
  const [first, second] = [new AbortController(), new AbortController()]
  const running = engine.use(newId(), (tables) => tables.rows(endless), first.signal)
  const waiting = engine.use(newId(), (tables) => tables.rows(endless), second.signal)
  await wait(150)
  second.abort(new Error('second is gone'))
  await expect(waiting).rejects.toThrow('second is gone')
  first.abort(new Error('first is gone'))
  await expect(running).rejects.toThrow('first is gone')
  await expect(
    engine.use(newId(), (tables) => tables.rows('select 1'), first.signal),
  ).rejects.toThrow('first is gone')
})

test('what does not fit into memory spills, and past that is refused', async () => {
  // What several threads hold at a time, and so whether that is too much, is a matter of luck.
  const { engine } = start({ megabytes: 64, threads: 1 })
  const id = newId()
  const big = (rows: number) =>
    `create or replace table big as select range as n, hash(range)::varchar || repeat('x', 80) as t from range(${rows}) order by t`
  await engine.use(id, async (tables) => {
    await tables.run(big(1_000_000))
    expect(await tables.rows('select count(distinct n) from big')).toEqual([[1_000_000]])
  })
  const tooMuch = "select length(string_agg(range::varchar, ',')) from range(30000000)"
  await expect(engine.use(id, (tables) => tables.rows(tooMuch))).rejects.toEqual(
    failsWith('analysis_out_of_memory'),
  )
  expect(await engine.use(id, (tables) => tables.rows('select 1'))).toEqual([[1]])
})

test('an answer has a size at most', async () => {
  const { engine } = start({ megabytes: 256 })
  await expect(
    engine.use(newId(), (tables) => tables.rows('select range, 1 from range(2000000)')),
  ).rejects.toEqual(failsWith('analysis_answer_too_large'))
})

test('too many at once are asked to come back', async () => {
  const { engine } = start({ limits: { open: 1, waiting: 0 } })
  const aborter = new AbortController()
  const running = engine.use(newId(), (tables) => tables.rows(endless), aborter.signal)
  await expect(engine.use(newId(), (tables) => tables.rows('select 1'))).rejects.toEqual(
    failsWith('analysis_too_busy'),
  )
  aborter.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
})

test('things are made once in a database, by whoever comes first', async () => {
  const { engine } = start()
  const id = newId()
  let count = 0
  const get = (tables: Tables) =>
    tables.once('a', async () => {
      count += 1
      await tables.run('create table t_a as select 1 as x')
      return { relation: { table: 't_a' } }
    })
  await Promise.all([engine.use(id, get), engine.use(id, get), engine.use(id, get)])
  await engine.use(id, async (tables) => {
    await get(tables)
    await tables.run('create table scratch as select 1 as x')
    expect(await tables.rows('select x from t_a')).toEqual([[1]])
  })
  expect(count).toBe(1)
  expect(await engine.use(id, tableNames)).toEqual(['t_a'])
})

test('what failed is made again, and its tables are gone', async () => {
  const { engine } = start()
  const id = newId()
  const fail = (tables: Tables) =>
    tables.once('a', async () => {
      await tables.run('create table half as select 1 as x')
      throw new Error('no')
    })
  await expect(engine.use(id, fail)).rejects.toThrow('no')
  await expect(engine.use(id, fail)).rejects.toThrow('no')
  expect(await engine.use(id, tableNames)).toEqual([])
})

test('somebody who waits for what another gives up makes it', async () => {
  const { engine } = start()
  const id = newId()
  const aborter = new AbortController()
  const slow = engine.use(
    id,
    (tables) => tables.once('a', () => tables.rows(endless)),
    aborter.signal,
  )
  await wait(100)
  const quick = engine.use(id, (tables) => tables.once('a', () => tables.rows('select 2')))
  await wait(100)
  aborter.abort(new Error('gone'))
  await expect(slow).rejects.toThrow('gone')
  expect(await quick).toEqual([[2]])
})

test('only some databases are open, and those that nobody uses are closed', async () => {
  const { engine, folder } = start({ limits: { open: 2, idleMs: 500 } })
  const ids = [newId(), newId(), newId()]
  let made = 0
  const touch = (id = '') =>
    engine.use(id, (tables) => tables.once('made', async () => (made += 1)))
  for (const id of [ids[0], ids[1], ids[0], ids[2], ids[0]]) await touch(id)
  expect(made).toBe(3)
  await touch(ids[1])
  expect(made).toBe(4)
  const databases = () =>
    readdirSync(join(folder, readdirSync(folder)[0] as string)).filter((name) => name !== 'alive')
  for (let tries = 0; tries < 50 && databases().length > 0; tries += 1) await wait(100)
  expect(databases()).toEqual([])
})

test('a session that is forgotten leaves nothing, whatever runs in it', async () => {
  const { engine, folder } = start()
  const id = newId()
  let path = ''
  await engine.use(id, async (tables) => {
    path = tables.newFile('parquet')
    writeFileSync(path, 'x')
  })
  const running = engine.use(id, (tables) => tables.rows(endless))
  const ended = expect(running).rejects.toEqual(failsWith('analysis_session_not_found'))
  await wait(100)
  await engine.forget(id)
  await ended
  expect(existsSync(path)).toBe(false)
  await engine.forget(newId())
  expect(await engine.use(id, tableNames)).toEqual([])
  await engine.close()
  expect(readdirSync(folder)).toEqual([])
})

test('copies of files are shared, bounded, and gone when nobody uses them', async () => {
  const { engine, storage } = start({ limits: { copyBytes: 10, copyFileBytes: 8 } })
  const put = (key: string, text: string) =>
    storage.put(key, Readable.from([Buffer.from(text)]), 100)
  await Promise.all([put('a', '123456'), put('b', '654321'), put('big', '123456789')])
  const { readFile } = await import('node:fs/promises')
  let path = ''
  await engine.use(newId(), async (tables) => {
    const [first, second] = await Promise.all([tables.localFile('a'), tables.localFile('a')])
    await tables.localFile('b')
    await storage.remove('b')
    expect(await readFile(first, 'utf8')).toBe('123456')
    expect(await readFile(second, 'utf8')).toBe('123456')
    expect(await readFile(await tables.localFile('b'), 'utf8')).toBe('654321')
    await expect(tables.localFile('big')).rejects.toEqual(failsWith('file_too_large'))
    await expect(tables.localFile('none')).rejects.toEqual(failsWith('file_missing'))
    path = first
  })
  expect(existsSync(path)).toBe(false)
})
