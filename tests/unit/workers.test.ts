import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createWorkers, type Workers } from '../../src/workers.ts'
import type { Held, UnrulyTasks } from '../support/unruly-tasks.ts'

const root = join(import.meta.dirname, '../..')
const entry = new URL('../support/unruly-tasks.ts', import.meta.url)
const limits = { timeoutMs: 60_000, heapMb: 128 }
const opened: Workers<UnrulyTasks>[] = []

function open(options: Parameters<typeof createWorkers>[0] = {}) {
  const workers = createWorkers<UnrulyTasks>({ entry, threads: 2, ...options })
  opened.push(workers)
  return workers
}

afterAll(() => Promise.all(opened.map((workers) => workers.close())))

/** A place that tasks are held at until they are let go. */
function gate() {
  const shared = () => new Int32Array(new SharedArrayBuffer(4))
  const held: Held = { begun: shared(), letGo: shared() }
  return {
    held,
    begun: () => Atomics.load(held.begun, 0),
    letGo: () => {
      Atomics.store(held.letGo, 0, 1)
      Atomics.notify(held.letGo, 0)
    },
  }
}

const patience = { timeout: 50_000 }

describe('worker threads', () => {
  test('run tasks, with plain data in and out', async () => {
    const { run } = open()
    expect(await run('add', { a: 1, b: 2 }, limits)).toBe(3)
    const data = { list: [1, null], at: new Date(0), map: new Map([['a', 1n]]), none: undefined }
    expect(await run('echo', data, limits)).toEqual(data)
    expect(await run('echo', undefined, limits)).toBeUndefined()
    const bytes = await run('bytes', 5_000_000, limits)
    expect(Buffer.alloc(5_000_000, 7).equals(bytes)).toBe(true)
  })

  test('take memory over instead of copying it', async () => {
    const { run } = open()
    const bytes = new Uint8Array(1000).fill(3)
    const transfer = [bytes.buffer]
    expect(await run('echo', { bytes }, { ...limits, transfer })).toEqual({
      bytes: new Uint8Array(1000).fill(3),
    })
    expect(bytes).toHaveLength(0)
  })

  test('know nothing of the environment, where secrets are', async () => {
    expect(await open().run('surroundings', undefined as never, limits)).toEqual([])
  })

  test('work at the same time, each on one task, and the others wait in order', async () => {
    const { run } = open()
    const { held, begun, letGo } = gate()
    const first = [run('hold', held, limits), run('hold', held, limits)]
    await expect.poll(begun, patience).toBe(2)
    const later = Array.from({ length: 5 }, (_, n) => run('echo', n, limits))
    const third = run('hold', held, limits)
    letGo()
    expect((await Promise.all(first)).sort()).toEqual([1, 2])
    expect(await Promise.all(later)).toEqual([0, 1, 2, 3, 4])
    expect(await third).toBe(3)
  })

  test('turn away what would wait behind too many', async () => {
    const { run } = open({ threads: 1, waiting: 2 })
    const { held, begun, letGo } = gate()
    const running = run('hold', held, limits)
    await expect.poll(begun, patience).toBe(1)
    const waiting = [run('echo', 'a', limits), run('echo', 'b', limits)]
    await expect(run('echo', 'c', limits)).rejects.toMatchObject({
      failure: 'too_busy',
      statusCode: 503,
      extra: { retry_after: 5 },
    })
    letGo()
    expect(await Promise.all([running, ...waiting])).toEqual([1, 'a', 'b'])
    expect(await run('echo', 'c', limits)).toBe('c')
  })

  test('hand on what a task throws, with its code', async () => {
    const { run } = open({ threads: 1 })
    await expect(run('refuse', 5, limits)).rejects.toMatchObject({
      failure: 'export_too_large',
      statusCode: 422,
      detail: { limit: 5 },
      extra: { most: 5 },
      message: expect.stringContaining('5 rows'),
    })
    await expect(run('fail', 'E_ODD', limits)).rejects.toMatchObject({
      name: 'RangeError',
      message: 'out of range',
      code: 'E_ODD',
      stack: expect.stringContaining('unruly-tasks'),
    })
    await expect(run('answerNothingSendable', undefined as never, limits)).rejects.toThrow(
      /could not be cloned/,
    )
    await expect(run('echo', () => 1, limits)).rejects.toThrow(/could not be cloned/)
    await expect(run('nothing' as 'echo', 1, limits)).rejects.toThrow('no task nothing')
    expect(await run('echo', 'well', limits)).toBe('well')
  })

  test.each(['spin', 'hang'] as const)('stop a task past its time: %s', async (task) => {
    const { run } = open({ threads: 1 })
    const slow = run(task, undefined as never, { ...limits, timeoutMs: 200 })
    const next = run('echo', 'next', limits)
    await expect(slow).rejects.toMatchObject({
      failure: 'task_too_slow',
      statusCode: 422,
      detail: { seconds: 0.2 },
    })
    expect(await next).toBe('next')
  })

  test('stop a task past its heap, and no other', async () => {
    const { run } = open()
    const { held, begun, letGo } = gate()
    const other = run('hold', held, { ...limits, heapMb: 64 })
    await expect.poll(begun, patience).toBe(1)
    await expect(run('hoard', undefined as never, { ...limits, heapMb: 32 })).rejects.toMatchObject(
      { failure: 'task_too_large', statusCode: 422 },
    )
    letGo()
    expect(await other).toBe(1)
    expect(await run('echo', 'next', limits)).toBe('next')
  })

  test('outlive a task that ends its thread, which is no answer for a client', async () => {
    const { run } = open({ threads: 1 })
    const [left, late, next] = await Promise.allSettled([
      run('leave', 3, limits),
      run('throwLater', undefined as never, limits),
      run('echo', 'next', limits),
    ])
    expect(left).toMatchObject({ reason: { message: 'A worker ended with code 3' } })
    expect(late).toMatchObject({
      reason: { message: 'A worker crashed: too late', cause: { message: 'too late' } },
    })
    for (const each of [left, late]) {
      for (const member of ['failure', 'code', 'statusCode']) {
        expect(each).not.toHaveProperty(['reason', member])
      }
    }
    expect(next).toMatchObject({ value: 'next' })
  })

  test('are kept for the next task of the same heap, and ended when there is none', async () => {
    const who = ({ run }: Workers<UnrulyTasks>, heapMb = 128) =>
      run('who', undefined as never, { ...limits, heapMb })
    const kept = open({ threads: 1 })
    const first = await who(kept)
    expect(await who(kept)).toBe(first)
    expect(await who(kept, 64)).not.toBe(first)

    const brief = open({ threads: 1, idleMs: 1 })
    const id = await who(brief)
    await expect.poll(() => who(brief), patience).not.toBe(id)
  })

  test('end when they are closed, with what is under way and what waits', async () => {
    const workers = open({ threads: 1 })
    const { held, begun } = gate()
    const running = workers.run('hold', held, limits)
    const waiting = workers.run('echo', 1, limits)
    const settled = Promise.allSettled([running, waiting])
    await expect.poll(begun, patience).toBe(1)
    await workers.close()
    const unavailable = { status: 'rejected', reason: { failure: 'unavailable', statusCode: 503 } }
    expect(await settled).toMatchObject([unavailable, unavailable])
    await expect(workers.run('echo', 1, limits)).rejects.toMatchObject({ failure: 'unavailable' })
    await workers.close()
  })

  test('say why where they cannot start', async () => {
    const { run } = open({ entry: new URL('./there-is-none.ts', import.meta.url) })
    await expect(run('echo', 1, limits)).rejects.toThrow(/A worker crashed: .*there-is-none/)
  })

  test('do the same when built, and keep no process alive', () => {
    const program = `
      import { createWorkers } from './dist/src/workers.js'
      const book = { sheet: 'a', columns: ['a'], pieces: [new TextEncoder().encode('[["b"]]')] }
      const bytes = await createWorkers().run('write_workbook', book, { timeoutMs: 60000, heapMb: 128 })
      process.stdout.write(Buffer.from(bytes).toString('latin1').slice(0, 2))`
    const built = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(built).toBe('PK')
  })
})
