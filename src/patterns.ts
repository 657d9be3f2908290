import { line } from '../schemas/common.ts'
import type { FieldFault } from './failure.ts'

type Rule = Pick<FieldFault, 'rule'> & { allowed?: string[] }

const known: Readonly<Record<string, FieldFault['rule']>> = {
  [line]: 'line',
  '\\S': 'visible',
  '^[\\x21-\\x7e]+$': 'printable',
  '^[^\\s@\\u0000-\\u001f]+$': 'user_name',
  '^(https?://|/)': 'picture_address',
  '^https?://[^\\s]+$': 'web_address',
  '^\\d{4}(-\\d{2}(-\\d{2})?)?$': 'part_of_time',
  '^[a-z][a-z0-9_]{0,63}$': 'small_code',
  '^[A-Z0-9_]+$': 'capital_code',
  '^[\\w.-]{1,50}$': 'node_name',
  '^([Ii][Nn][Cc])?[0-9]{1,8}$': 'incident_number',
  '^([01]\\d|2[0-3]):[0-5]\\d$': 'time_of_day',
  '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$': 'end_of_day',
  '^(\\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$': 'day_or_yearly',
  '^\\d{4}-\\d{2}-\\d{2}([Tt]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2}))?$':
    'day_or_time',
}

/** Whether words, or an id: `^(me|none|[0-9a-fA-F-]{36})$`. */
const wordsOrId = /^\^\(([a-z_|]+)\|\[[^)]*a-fA-F.*\)\$$/

/** Some of a few words: `^(a|b)(,(a|b))*$`. */
const words = /^\^\(([a-z_|]+)\)\(,\(\1\)\)\*\$$/

/** The rule that says in words what a pattern asks for. */
export function ruleOfPattern(pattern: string): Rule {
  const rule = known[pattern]
  if (rule) return { rule }
  const list = words.exec(pattern)?.[1]
  if (list) return { rule: 'list_of', allowed: list.split('|') }
  const some = wordsOrId.exec(pattern)?.[1]
  return some ? { rule: 'word_or_id', allowed: some.split('|') } : { rule: 'pattern' }
}
