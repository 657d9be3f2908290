import type { Config } from '../../config.ts'
import { createInterpreter } from '../interpreter/complete.ts'
import type { Complete } from '../model.ts'
import { createOpenAi } from './openai.ts'

/** The model that the configuration names, or the interpreter that is built in. */
export function createComplete({ llm }: Pick<Config, 'llm'>, send?: typeof fetch): Complete {
  return llm ? createOpenAi({ ...llm, fetch: send }) : createInterpreter()
}
