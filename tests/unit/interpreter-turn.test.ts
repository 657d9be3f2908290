import { describe, expect, it } from 'vitest'
import { createInterpreter } from '../../src/analysis/interpreter/complete.ts'
import type { Delta, Message } from '../../src/analysis/model.ts'
import { overviews, saidAt } from '../analysis/sentences/data.ts'

const complete = createInterpreter(() => saidAt)

async function deltasOf(turn: Message[]): Promise<Delta[]> {
  const deltas: Delta[] = []
  for await (const delta of complete(turn, [], AbortSignal.timeout(60_000))) deltas.push(delta)
  return deltas
}

/** A whole turn, with what a tool answers to each call. */
async function talk(says: string, data: string, answer: (name: string, number: number) => object) {
  const turn: Message[] = [{ role: 'user', content: says }]
  const calls: { name: string; input: Record<string, unknown> }[] = []
  for (let round = 0; round < 10; round += 1) {
    const [first, end] = await deltasOf(turn)
    if (first?.kind === 'text') {
      expect(end).toEqual({ kind: 'end', reason: 'stop' })
      return { calls, reply: first.text }
    }
    if (first?.kind !== 'call') throw new Error('neither text nor a call')
    expect(end).toEqual({ kind: 'end', reason: 'calls' })
    const { call } = first
    calls.push({ name: call.name, input: JSON.parse(call.arguments) })
    turn.push({ role: 'assistant', content: '', calls: [call] })
    const content = call.name === 'get_data_overview' ? overviews[data] : answer(call.name, round)
    turn.push({ role: 'tool', call_id: call.id, content: JSON.stringify(content) })
  }
  throw new Error('the turn does not end')
}

const done = (name: string, round: number) => ({
  ...{ step: `step_${round - 1}`, name, state: 'ok', row_count: 1_234, columns: [], warnings: [] },
})

describe('a turn of the interpreter', () => {
  it('looks at the data, makes the calls one by one and says what was done', async () => {
    const { calls, reply } = await talk('東京を除いて部門別の売上を棒グラフで', 'sales', done)
    expect(calls.map(({ name }) => name)).toEqual([
      'get_data_overview',
      'add_step',
      'add_step',
      'add_step',
    ])
    expect(calls[0]?.input).toEqual({})
    expect(calls.slice(1).map(({ input }) => [input.type, input.input])).toEqual([
      ['filter', 'original'],
      ['aggregate', 'step_0'],
      ['summary', 'step_1'],
    ])
    expect(reply).toContain('1,234行')
    expect(reply).toContain('合計にしました')
  })

  it('tells the figures that the tools answered', async () => {
    const answer = () => ({
      ...done('Profit total', 1),
      formulas: [{ name: 'Profit total', value: 1234567.5, unit: '円' }],
    })
    const { reply } = await talk('What is the total profit?', 'results', answer)
    expect(reply).toContain('Profit total: 1,234,567.5円')
    expect(reply).toMatch(/was added/)
  })

  it('stops at the first failure and tells it', async () => {
    const fails = {
      error: {
        code: 'step_invalid',
        detail: '列がありません。',
        errors: [{ field: 'config', message: '部門' }],
      },
    }
    const { calls, reply } = await talk('部門別に売上を合計して円グラフに', 'sales', () => fails)
    expect(calls).toHaveLength(2)
    expect(reply).toContain('列がありません。')
    expect(reply).toContain('部門')
    expect(reply).toContain('残りの1件は行っていません')
  })

  it('tells what was done before the failure', async () => {
    const answer = (name: string, round: number) =>
      round === 1 ? done(name, round) : { error: { detail: 'No such axis.' } }
    const { reply } = await talk('total sales by region as a pie chart', 'results', answer)
    expect(reply).toMatch(/Step 1 .* was added[\s\S]*could not be done. No such axis./)
  })

  it('takes an answer that is no JSON, or an overview that is none, for a failure', async () => {
    const asked = await deltasOf([{ role: 'user', content: 'total sales' }])
    const call = asked[0]?.kind === 'call' ? asked[0].call : undefined
    for (const content of ['not json', '[]', '{"error":{"detail":"No file is chosen."}}']) {
      const turn: Message[] = [
        { role: 'user', content: 'total sales' },
        { role: 'assistant', content: '', calls: call ? [call] : [] },
        { role: 'tool', call_id: 'call_0', content },
      ]
      const [first] = await deltasOf(turn)
      expect(first?.kind === 'text' && first.text).toMatch(/could not be done/)
    }
  })

  it('asks a question as text, without a call', async () => {
    const { calls, reply } = await talk('倉庫別に売上を合計して', 'sales', done)
    expect(calls).toHaveLength(1)
    expect(reply).toContain('地域')
  })

  it('changes and deletes steps', async () => {
    const changed = await talk('グラフを横棒に変えて', 'sales with steps', done)
    expect(changed.calls[1]).toMatchObject({ name: 'change_step', input: { step: 'step_2' } })
    const deleted = await talk(
      'delete step 3 and everything that depends on it',
      'results with steps',
      () => ({ deleted: 2 }),
    )
    expect(deleted.calls[1]).toEqual({
      name: 'delete_step',
      input: { step: 'step_2', cascade: true },
    })
    expect(deleted.reply).toBe('Step 3 was deleted.')
  })

  it('goes by the last message, not by what was answered to an earlier one', async () => {
    const turn: Message[] = [
      { role: 'user', content: '売上の合計は？' },
      {
        role: 'assistant',
        content: '',
        calls: [{ id: 'a', name: 'get_data_overview', arguments: '{}' }],
      },
      { role: 'tool', call_id: 'a', content: JSON.stringify(overviews.sales) },
      { role: 'assistant', content: '…' },
      { role: 'user', content: '利益の合計は？' },
    ]
    expect((await deltasOf(turn))[0]).toMatchObject({
      kind: 'call',
      call: { name: 'get_data_overview' },
    })
  })

  it('stops when it is told to', async () => {
    const stopped = complete([{ role: 'user', content: 'total sales' }], [], AbortSignal.abort())
    await expect(stopped[Symbol.asyncIterator]().next()).rejects.toThrow()
  })
})
