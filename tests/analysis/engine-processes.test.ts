import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { createEngine } from '../../src/analysis/engine.ts'
import { diskStorage } from '../../src/storage.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-processes-'))
const folder = join(root, 'engine')
afterAll(() => rmSync(root, { recursive: true, force: true }))

function startOther() {
  const entry = join(import.meta.dirname, '../support/engine-process.ts')
  return spawn(process.execPath, ['--import', 'tsx', entry, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isSo(); tries += 1) await wait(50)
  expect(isSo()).toBe(true)
}

test('processes share a folder, and what a killed one leaves is removed', async () => {
  const other = startOther()
  await once(other.stdout, 'data')
  const [left = ''] = readdirSync(folder)
  const spilt = () => readdirSync(join(folder, left), { recursive: true }).map(String)
  expect(spilt().some((name) => /spill./.test(name))).toBe(true)
  const storage = diskStorage(join(root, 'files'))
  const engine = createEngine({
    storage,
    folder,
    megabytes: 64,
    threads: 2,
    limits: { beatMs: 500 },
  })
  const touch = () => engine.use('one', (tables) => tables.rows('select 1'))
  expect(await touch()).toEqual([[1]])
  await wait(3500)
  // Both are alive: nobody takes anything from the other.
  expect(readdirSync(folder).length).toBe(2)
  expect(spilt().some((name) => /spill./.test(name))).toBe(true)
  other.kill('SIGKILL')
  await once(other, 'exit')
  await until(() => readdirSync(folder).length === 1)
  expect(readdirSync(folder)).not.toContain(left)
  expect(await touch()).toEqual([[1]])
  await engine.close()
  expect(readdirSync(folder)).toEqual([])
})
