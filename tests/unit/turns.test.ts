import { describe, expect, test } from 'vitest'
import { createLines, createTurns } from '../../src/turns.ts'

function piece() {
  let end: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end: () => end() }
}

describe('turns', () => {
  test('lets so many run, so many wait in order, and turns the rest away', async () => {
    const inTurn = createTurns({ atOnce: 2, waiting: 2 })
    const pieces = [piece(), piece(), piece(), piece()]
    const started: number[] = []
    const running = pieces.map(({ work }, n) =>
      inTurn(() => {
        started.push(n)
        return work()
      }),
    )
    await expect(inTurn(async () => {})).rejects.toMatchObject({
      failure: 'too_busy',
      extra: { retry_after: 5 },
    })
    expect(started).toEqual([0, 1])
    pieces[1]?.end()
    await running[1]
    await expect.poll(() => started).toEqual([0, 1, 2])
    for (const { end } of pieces) end()
    await Promise.all(running)
    expect(started).toEqual([0, 1, 2, 3])
    expect(await inTurn(async () => 'free again')).toBe('free again')
  })

  test('keeps nobody waiting longer than it may, and passes over who has left', async () => {
    const inTurn = createTurns({ atOnce: 1, waiting: 10, patienceMs: 50 })
    const long = piece()
    const running = inTurn(long.work)
    const begun: string[] = []
    const early = inTurn(async () => begun.push('early'))
    await expect(early).rejects.toMatchObject({ failure: 'too_busy', extra: { retry_after: 5 } })
    const late = inTurn(async () => begun.push('late'))
    long.end()
    await Promise.all([running, late])
    expect(begun).toEqual(['late'])
    expect(await inTurn(async () => 'free again')).toBe('free again')
  })

  test('passes on the place of one that fails', async () => {
    const inTurn = createTurns({ atOnce: 1, waiting: 1 })
    const failing = inTurn(() => Promise.reject(new Error('no')))
    const next = inTurn(async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
    expect(await inTurn(async () => 'still')).toBe('still')
  })
})

describe('lines', () => {
  test('keep apart what concerns different things, and in order what concerns one', async () => {
    const inLine = createLines({ atOnce: 1, waiting: 1 })
    const [first, other] = [piece(), piece()]
    const begun: string[] = []
    const enter = (key: string, { work }: { work: () => Promise<void> }) =>
      inLine(key, () => {
        begun.push(key)
        return work()
      })
    const running = [enter('a', first), enter('b', other), enter('a', other)]
    await expect(enter('a', other)).rejects.toMatchObject({ failure: 'too_busy' })
    expect(begun).toEqual(['a', 'b'])
    first.end()
    other.end()
    await Promise.all(running)
    expect(begun).toEqual(['a', 'b', 'a'])
    await expect(inLine('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await inLine('a', async () => 'free again')).toBe('free again')
  })
})
