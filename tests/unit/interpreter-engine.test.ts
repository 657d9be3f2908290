import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converse } from '../../src/analysis/chat/loop.ts'
import { createToolbox } from '../../src/analysis/chat/toolbox.ts'
import { createEngine, type Engine } from '../../src/analysis/engine.ts'
import { createInterpreter } from '../../src/analysis/interpreter/complete.ts'
import type { SnapshotInput, Step } from '../../src/analysis/steps/model.ts'
import { diskStorage, type Storage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'
import { overviews, saidAt } from '../analysis/sentences/data.ts'
import { exam } from '../analysis/sentences/exam.ts'
import { practice } from '../analysis/sentences/practice.ts'
import { secondExam } from '../analysis/sentences/second-exam.ts'
import type { Overview, TableOverview } from '../analysis/sentences/types.ts'
import { storeTable } from '../support/analysis-chat.ts'

type Cell = string | number
let folder: string
let engine: Engine
let storage: Storage

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaname-sentences-'))
  storage = diskStorage(join(folder, 'storage'))
  engine = createEngine({ storage, folder, megabytes: 512, threads: 1 })
})

afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true })
})

/** Plans that this data refuses, and what the reply says of it. */
const refused: Record<string, string> = {
  '物流を除き、部門別に売上を集計して、5億円以上の部門だけを大きい順に棒グラフ表示':
    '描ける値がありません',
  'total sales by department since 2022, only those under 6 million, smallest first, as a horizontal bar chart':
    'no value to draw',
  ステップ1は不要です: '次のステップで使われています',
}

/** A row for each combination of the values of the axes. */
function rowsOf({ axes, subjects }: TableOverview): Cell[][] {
  const rows = axes.reduce<Cell[][]>(
    (list, { values }) => list.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  )
  return rows.map((row, at) => [
    ...row,
    ...subjects.map((_, place) => 1_000 * (place + 1) + ((at * 7_919) % 4_000_000)),
  ])
}

/** The table of an overview in the storage. */
function store(table: TableOverview): Promise<SnapshotInput> {
  const columns: SnapshotInput['columns'] = [
    ...table.axes.map(({ name, kind }) => ({ name, role: kind, is_number: false })),
    ...table.subjects.map((name) => ({ name, role: '値' as const, is_number: true })),
  ]
  return storeTable({ storage }, rowsOf(table), columns)
}

function stepsOf({ steps }: Overview): Step[] {
  const ids = steps.map(() => newId())
  return steps.map(({ input, step: _, ...step }, at) => ({
    ...step,
    step_id: ids[at],
    input: input === 'original' ? input : ids[Number(input.slice('step_'.length))],
  })) as Step[]
}

const complete = createInterpreter(() => saidAt)
const limits = { maxValues: 200, maxRows: 0, maxCharacters: 200_000 }

test.each(Object.keys(overviews))(
  'every plan about “%s” runs on real data',
  { timeout: 60_000 },
  async (data) => {
    const overview = overviews[data] as Overview
    const input = await store(overview.tables[0] as TableOverview)
    const session = { id: newId() }
    const steps = stepsOf(overview)
    for (const { says, gives } of [...practice, ...exam, ...secondExam].filter(
      (each) => each.data === data,
    )) {
      const language = /[ぁ-ん]/u.test(says) ? 'ja' : 'en'
      const signal = AbortSignal.timeout(60_000)
      const bench = { session, draft: { input, steps }, limits, language } as const
      const toolbox = createToolbox({ engine }, bench, signal)
      const turn = { complete, toolbox, tell: () => {}, signal }
      const said = await converse([{ role: 'user', content: says }], turn)
      const failed = said.tool_calls.some(({ ok }) => !ok)
      expect(failed, `${says}: ${said.message}`).toBe(says in refused)
      expect(said.message).not.toMatch(/errors|config\./)
      if (failed) expect(said.message).toContain(refused[says])
      else expect(said.tool_calls.length, `${says}: ${said.message}`).toBe(gives.length + 1)
    }
  },
)
