import type { Config } from '../../config.ts'
import { createInterpreter } from '../interpreter/complete.ts'
import type { Complete } from '../model.ts'

/** The model that the configuration names, or the interpreter that is built in. */
export function createComplete(_config: Config): Complete {
  return createInterpreter()
}
