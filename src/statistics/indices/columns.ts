import type { Values } from '../numbers.ts'
import type { Direction } from './ranks.ts'

/** Figures of one indicator over areas, in the same order of areas in all columns. */
export type Figures = { indicator: string; values: Values }

/** An indicator of an index. Weights are of any scale. */
export type Column = Figures & { direction: Direction; weight: number }
