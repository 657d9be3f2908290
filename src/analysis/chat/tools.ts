import { type ToolName, toolParameters } from '../../../schemas/analysis/chat-tools.ts'
import type { Tool } from '../model.ts'
import type { ChatLimits } from './limits.ts'

const descriptions: Record<ToolName, string> = {
  get_data_overview:
    'All tables of the session (`original`, and each step that has rows) with their axes, 科目 and some values of each axis, and all steps with their configurations.',
  get_values: 'Distinct values of an axis or of 科目, in the order of the rows.',
  get_rows:
    'Some rows of a table. Use it sparingly: figures come from aggregate and summary steps.',
  get_step: 'One step as it is configured, and what it gives.',
  add_step:
    'Adds a step at the end and runs it. filter keeps rows; aggregate makes groups and figures; transform adds or changes axes and 科目; summary gives figures (formulas), a chart and a table to people, and nothing can start from it.',
  change_step:
    'Changes what is given of a step and runs it. `config` is the whole new configuration, as for add_step.',
  delete_step: 'Deletes a step.',
}

/** The tools of a turn; what the limits allow nothing of is not offered. */
export function toolsOf({ maxValues, maxRows }: Pick<ChatLimits, 'maxValues' | 'maxRows'>): Tool[] {
  return toolNames({ maxValues, maxRows }).map((name) => ({
    name,
    description: descriptions[name],
    parameters: toolParameters[name],
  }))
}

export function toolNames({
  maxValues,
  maxRows,
}: Pick<ChatLimits, 'maxValues' | 'maxRows'>): ToolName[] {
  return (Object.keys(descriptions) as ToolName[]).filter((name) => {
    if (name === 'get_values') return maxValues > 0
    return name !== 'get_rows' || maxRows > 0
  })
}
