import { maxToolRows } from '../../../schemas/analysis/chat-tools.ts'
import { type Failure, failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import type { Tables } from '../engine.ts'
import type { ModelCall, Tool } from '../model.ts'
import { addStep, changeStep, deleteStep, stepOf } from '../steps/edit.ts'
import type { Outcome } from '../steps/evaluate.ts'
import { isTabular } from '../steps/links.ts'
import type { Draft, Relation, SnapshotInput, Step } from '../steps/model.ts'
import { withOutcomes } from '../steps/open.ts'
import { columnsOf, recordsOf } from '../steps/rows.ts'
import { type CheckedCall, checkCall } from './arguments.ts'
import type { ChatLimits } from './limits.ts'
import { overviewOf, sourcesOf } from './overview.ts'
import { readValues } from './reading.ts'
import { errorOf, outcomeOf, type ToolAnswer, textOf } from './tool-answers.ts'
import { toolNames, toolsOf } from './tools.ts'

/** A draft, and the tools that a model looks at it and changes it with. */
export type Toolbox = {
  tools: Tool[]
  draft(): Draft
  /** What went wrong with a call is an answer too; only what ends the turn is thrown. */
  run(call: ModelCall): Promise<ToolAnswer>
}

export type Bench = {
  session: { id: string }
  draft: Draft & { input: SnapshotInput }
  limits: ChatLimits
  language: Language
}

/** Nothing of what the tools change is kept anywhere but in `draft`. */
export function createToolbox(
  deps: Pick<Deps, 'engine'>,
  { session, draft: first, limits, language }: Bench,
  signal: AbortSignal,
): Toolbox {
  const { input } = first
  const names = toolNames(limits)
  let draft: Draft = first
  let rowsLeft = limits.maxRows
  let charactersLeft = limits.maxCharacters

  const look = <Result>(
    at: Draft,
    work: (tables: Tables, outcomes: Outcome[]) => Promise<Result>,
  ): Promise<Result> => withOutcomes(deps, { session, draft: at }, work, signal)

  async function relationOf(tables: Tables, outcomes: Outcome[], ref: string): Promise<Relation> {
    if (ref !== 'original') {
      const step = stepOf(draft, ref)
      if (!isTabular(step)) throw failure('analysis_step_no_rows')
      const { relation, error } = outcomes[draft.steps.indexOf(step)] ?? {}
      if (relation) return relation
      throw error ?? failure('analysis_step_no_rows')
    }
    const [original] = await sourcesOf(tables, { input, draft, outcomes: [] })
    return original?.relation as Relation
  }

  /** Keeps what a change made, unless the step that it is about does not work. */
  async function take(changed: { draft: Draft; step: Step }): Promise<ToolAnswer> {
    const answer = await look(changed.draft, async (_tables, outcomes) =>
      outcomeOf(changed, outcomes, { limits, language }),
    )
    draft = changed.draft
    return answer
  }

  function remove(ref: string, cascade: boolean | undefined): ToolAnswer {
    const { step_id, name } = stepOf(draft, ref)
    const order = draft.steps.findIndex((each) => each.step_id === step_id)
    const { draft: left, removed } = deleteStep(draft, ref, { cascade })
    draft = left
    const told = removed.map((step) => step.name)
    const content = { step: `step_${order}`, step_id, name, state: 'deleted', removed: told }
    return {
      ok: true,
      content: JSON.stringify(content),
      summary: textOf('deleted', { names: told }, language),
    }
  }

  async function rows({
    step,
    skip = 0,
    limit = 10,
  }: {
    step: string
    skip?: number
    limit?: number
  }) {
    const most = Math.min(limit, rowsLeft, maxToolRows)
    if (most === 0) throw failure('analysis_tool_rows_used_up', { limit: limits.maxRows })
    return look(draft, async (tables, outcomes): Promise<ToolAnswer> => {
      const relation = await relationOf(tables, outcomes, step)
      const found = await recordsOf(tables, relation, { skip, limit: most })
      rowsLeft -= found.length
      const { row_count } = relation
      return said({ columns: columnsOf(relation), rows: found, row_count }, found.length)
    })
  }

  function said(content: object, count: number): ToolAnswer {
    return {
      ok: true,
      content: JSON.stringify(content),
      summary: textOf('read', { count }, language),
    }
  }

  function perform(call: CheckedCall): Promise<ToolAnswer> | ToolAnswer {
    switch (call.name) {
      case 'get_data_overview':
        return look(draft, async (tables, outcomes) => {
          const { maxValues } = limits
          const maxLength = Math.min(charactersLeft, Math.ceil(limits.maxCharacters / 2))
          const content = await overviewOf(
            tables,
            { input, draft, outcomes },
            { maxValues, maxLength },
          )
          return { ok: true, content, summary: textOf('overview', {}, language) }
        })
      case 'get_values':
        return look(draft, async (tables, outcomes) => {
          const { step = 'original', column, search, limit = 50 } = call.arguments
          const relation = await relationOf(tables, outcomes, step)
          const most = Math.min(limit, limits.maxValues)
          const found = await readValues(tables, relation, { column, search, limit: most })
          return said({ column, ...found }, found.values.length)
        })
      case 'get_rows':
        return rows(call.arguments)
      case 'get_step': {
        const step = stepOf(draft, call.arguments.step)
        return look(draft, async (_tables, outcomes) =>
          outcomeOf({ draft, step }, outcomes, { limits, language, isShown: true }),
        )
      }
      case 'add_step':
        return take(addStep(draft, call.arguments))
      case 'change_step': {
        const { step, ...change } = call.arguments
        return take(changeStep(draft, step, change))
      }
      case 'delete_step':
        return remove(call.arguments.step, call.arguments.cascade)
    }
  }

  return {
    tools: toolsOf(limits),
    draft: () => draft,
    async run(call) {
      const before = draft
      try {
        const answer = await perform(checkCall(call, names))
        signal.throwIfAborted()
        if (answer.content.length > charactersLeft) throw failure('analysis_tool_answers_used_up')
        charactersLeft -= answer.content.length
        return answer
      } catch (error) {
        signal.throwIfAborted()
        draft = before
        if (!isRefusal(error)) throw error
        return errorOf(error, { limits, language })
      }
    },
  }
}

/** What a model may try otherwise; the rest ends the turn. */
function isRefusal(error: unknown): error is Failure {
  return 'failure' in Object(error) && Object(error).statusCode < 500
}
