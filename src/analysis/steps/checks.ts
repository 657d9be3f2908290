import type { TSchema } from '@sinclair/typebox'
import { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { StepType } from '../../../schemas/analysis/common.ts'
import { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { SummaryConfig } from '../../../schemas/analysis/summary.ts'
import { TransformConfig } from '../../../schemas/analysis/transform.ts'
import { invalid } from '../../failure.ts'
import { faultsIn } from '../shapes.ts'
import type { StepConfigs } from './model.ts'

/** How many bytes a configuration may have as JSON. */
export const maxConfigBytes = 256 * 1024

const schemas: Record<StepType, TSchema> = {
  filter: FilterConfig,
  aggregate: AggregateConfig,
  transform: TransformConfig,
  summary: SummaryConfig,
}

/** What a step does of which nothing is said; an aggregate has to be told. */
const defaults: Partial<StepConfigs> = { filter: {}, transform: { operations: [] }, summary: {} }

/** The type that a name means: `aggregation` is another one for `aggregate`. */
export function typeOf(name: StepType | 'aggregation'): StepType {
  return name === 'aggregation' ? 'aggregate' : name
}

/**
 * The configuration of a step as it is kept: what was set and nothing else. Fails with `invalid` and the
 * paths of what its schema does not allow.
 */
export function checkConfig<Type extends StepType>(type: Type, config: unknown): StepConfigs[Type] {
  const given = config === undefined ? defaults[type] : config
  if (given === undefined) throw invalid({ field: 'config', rule: 'required' })
  if (Buffer.byteLength(JSON.stringify(given)) > maxConfigBytes) {
    throw invalid({ field: 'config', rule: 'step_config_too_large', limit: maxConfigBytes })
  }
  const faults = faultsIn(schemas[type], given, 'config')
  if (faults.length > 0) throw invalid(...faults)
  return given as StepConfigs[Type]
}
