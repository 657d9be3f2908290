import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createWorkers, type Workers } from '../../src/workers.ts'
import { turnsDuring } from '../support/turns.ts'
import type { UnrulyTasks } from '../support/unruly-tasks.ts'

const root = join(import.meta.dirname, '../..')
const entry = new URL('../support/unruly-tasks.ts', import.meta.url)
const limits = { timeoutMs: 60_000, heapMb: 64, residentMb: 400, isolation: 'process' as const }
const opened: Workers<UnrulyTasks>[] = []
const patience = { timeout: 50_000 }

function open(options: Parameters<typeof createWorkers>[0] = {}) {
  const workers = createWorkers<UnrulyTasks>({ entry, threads: 2, ...options })
  opened.push(workers)
  return workers
}

afterAll(() => Promise.all(opened.map((workers) => workers.close())))

const none = undefined as never

/** Whether a process is there. */
function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

describe('worker processes', () => {
  const shared = open({ threads: 1 })

  test('run tasks, with plain data in and out, in a process of their own', async () => {
    const { run } = shared
    expect(await run('add', { a: 1, b: 2 }, limits)).toBe(3)
    const data = { list: [1, null], at: new Date(0), map: new Map([['a', 1n]]), none: undefined }
    expect(await run('echo', data, limits)).toEqual(data)
    expect(await run('echo', undefined, limits)).toBeUndefined()
    expect(await run('process', none, limits)).not.toBe(process.pid)
  })

  test('take and give large pieces, and leave ours to us', async () => {
    const { run } = shared
    const bytes = new Uint8Array(5_000_000).fill(3)
    const given = await run('echo', { bytes }, { ...limits, transfer: [bytes.buffer] })
    expect(Buffer.compare(Object(given).bytes, bytes)).toBe(0)
    const part = bytes.subarray(1_000_000, 1_000_010)
    expect(await run('echo', part, limits)).toEqual(new Uint8Array(10).fill(3))
  })

  test('know nothing of the environment, where secrets are', async () => {
    expect(await shared.run('surroundings', none, limits)).toEqual([])
  })

  test('hand on what a task throws, with its code', async () => {
    const { run } = shared
    await expect(run('refuse', 5, limits)).rejects.toMatchObject({
      failure: 'export_too_large',
      statusCode: 422,
      detail: { limit: 5 },
      extra: { most: 5 },
    })
    await expect(run('fail', 'E_ODD', limits)).rejects.toMatchObject({
      name: 'RangeError',
      message: 'out of range',
      code: 'E_ODD',
      stack: expect.stringContaining('unruly-tasks'),
    })
    await expect(run('answerNothingSendable', none, limits)).rejects.toThrow(/could not be cloned/)
    await expect(run('echo', () => 1, limits)).rejects.toThrow(/could not be cloned/)
    expect(await run('echo', 'well', limits)).toBe('well')
  })

  test.each(['spin', 'hang'] as const)('stop a task past its time: %s', async (task) => {
    const { run } = shared
    const id = await run('process', none, limits)
    const slow = run(task, none, { ...limits, timeoutMs: 100 })
    const next = run('process', none, limits)
    await expect(slow).rejects.toMatchObject({ failure: 'task_too_slow', detail: { seconds: 0.1 } })
    expect(await next).not.toBe(id)
    expect(isAlive(id)).toBe(false)
  })

  test.each(['hoard', 'hoardBytes', 'hoardText'] as const)(
    'outlive a task past its memory, and answer meanwhile: %s',
    async (task) => {
      const { run } = shared
      const ending = run(task, none, limits)
      const next = run('echo', 'next', limits)
      const { outcome, turns } = await turnsDuring(ending)
      expect(outcome).toMatchObject({ reason: { failure: 'task_too_large', statusCode: 422 } })
      expect(turns).toBeGreaterThan(5)
      expect(await next).toBe('next')
    },
  )

  test('take an end by the system for one of memory, and no other end', async () => {
    const { run } = shared
    for (const end of [run('kill', 'SIGKILL', limits), run('abort', none, limits)]) {
      await expect(end).rejects.toMatchObject({ failure: 'task_too_large', statusCode: 422 })
    }
    const [left, late] = await Promise.allSettled([
      run('leave', 3, limits),
      run('throwLater', none, limits),
    ])
    expect(left).toMatchObject({ reason: { message: 'A worker process ended with code 3' } })
    expect(late).toMatchObject({
      reason: {
        message: expect.stringMatching(/^A worker process ended with code 1: [\s\S]*too late/),
      },
    })
    for (const member of ['failure', 'code', 'statusCode']) {
      expect(late).not.toHaveProperty(['reason', member])
    }
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'leave it to the service to end on %s',
    async (signal) => {
      expect(await shared.run('endure', signal, limits)).toBe('still there')
    },
  )

  test('are kept for tasks of the same kind, and ended when there are none', async () => {
    const kept = open({ threads: 1 })
    const id = await kept.run('process', none, limits)
    expect(await kept.run('process', none, limits)).toBe(id)
    expect(await kept.run('process', none, { ...limits, residentMb: 500 })).not.toBe(id)
    expect(await kept.run('process', none, { timeoutMs: 60_000, heapMb: 64 })).toBe(process.pid)

    const brief = open({ idleMs: 1 })
    const short = await brief.run('process', none, limits)
    await expect.poll(() => isAlive(short), patience).toBe(false)
  })

  test('end when they are closed, with what is under way and what waits', async () => {
    const workers = open({ threads: 1 })
    const id = await workers.run('process', none, limits)
    const settled = Promise.allSettled([
      workers.run('spin', none, limits),
      workers.run('echo', 1, limits),
    ])
    await workers.close()
    const unavailable = { status: 'rejected', reason: { failure: 'unavailable', statusCode: 503 } }
    expect(await settled).toMatchObject([unavailable, unavailable])
    expect(isAlive(id)).toBe(false)
  })

  test('say why where they cannot start', async () => {
    const { run } = open({ entry: new URL('./there-is-none.ts', import.meta.url) })
    await expect(run('echo', 1, limits)).rejects.toThrow(
      /A worker process ended with code 1: [\s\S]*there-is-none/,
    )
  })

  test('end with whoever started them, also where they are busy', async () => {
    const program = `
      import { createWorkers } from './src/workers.ts'
      const { run } = createWorkers({ entry: new URL('${entry.href}'), threads: 2 })
      const limits = ${JSON.stringify(limits)}
      const ids = await Promise.all([run('process', undefined, limits), run('process', undefined, limits)])
      void run('spin', undefined, limits)
      process.stdout.write(JSON.stringify(ids))`
    const parent = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [text] = await once(parent.stdout, 'data')
    const ids: number[] = JSON.parse(String(text))
    parent.kill('SIGKILL')
    for (const id of ids) await expect.poll(() => isAlive(id), patience).toBe(false)
  })

  test('do the same when built, and keep no process alive', () => {
    const program = `
      import { createWorkers } from './dist/src/workers.js'
      const book = { sheet: 'a', columns: ['a'], pieces: [new TextEncoder().encode('[["b"]]')] }
      const limits = { timeoutMs: 60000, heapMb: 128, isolation: 'process' }
      const bytes = await createWorkers().run('write_workbook', book, limits)
      process.stdout.write(Buffer.from(bytes).toString('latin1').slice(0, 2))`
    const built = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(built).toBe('PK')
  })
})
