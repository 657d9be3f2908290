import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { ColumnName, ItemText } from './common.ts'

const Constant = Type.Object(
  {
    type: Type.Literal('constant'),
    constant_value: Type.Union([Type.Number(), nullable(ItemText)], {
      description: 'A text or number for an axis; a number, or null, for a 科目.',
    }),
  },
  { $id: 'ConstantCalculation', additionalProperties: false },
)

const Copy = Type.Object(
  {
    type: Type.Literal('copy'),
    copy_from: { ...ColumnName, description: 'An axis for an axis, a 科目 for a 科目.' },
  },
  { $id: 'CopyCalculation', additionalProperties: false },
)

const Formula = Type.Object(
  {
    type: Type.Literal('formula'),
    formula_type: oneOf('+', '-', '*', '/'),
    operands: Type.Array(Type.Union([ColumnName, Type.Number()]), {
      minItems: 1,
      maxItems: 2,
      description: 'Two names or numbers; or one name, and `constant_value` as the second.',
      examples: [['売上', 'コスト']],
    }),
    constant_value: Type.Optional(Type.Number()),
  },
  { $id: 'FormulaCalculation', additionalProperties: false },
)

const Mapping = Type.Object(
  {
    type: Type.Literal('mapping'),
    operands: Type.Array(ColumnName, {
      minItems: 1,
      maxItems: 1,
      description: 'The axis that is mapped.',
    }),
    mapping_dict: Type.Record(Type.String({ maxLength: 500 }), ItemText, {
      maxProperties: 10_000,
      description: 'What others become; values that are not in it stay as they are.',
      examples: [{ 東京: '関東', 大阪: '近畿' }],
    }),
  },
  { $id: 'MappingCalculation', additionalProperties: false, description: 'For axes only.' },
)

/** By `calculation.type`. */
export const calculationConfigs = {
  constant: Constant,
  copy: Copy,
  formula: Formula,
  mapping: Mapping,
}

const Operation = Type.Object(
  {
    operation_type: oneOf('add_axis', 'modify_axis', 'add_subject', 'modify_subject'),
    target_name: {
      ...ColumnName,
      description: 'New for `add_…`, of the input or an earlier operation for `modify_…`.',
    },
    calculation: Type.Union([Constant, Copy, Formula, Mapping]),
  },
  { $id: 'TransformOperation', additionalProperties: false },
)

export const TransformConfig = Type.Object(
  {
    operations: Type.Array(Operation, {
      maxItems: 100,
      description: 'In this order, each on what the one before made.',
    }),
  },
  { $id: 'TransformConfig', additionalProperties: false },
)
export type TransformConfig = Static<typeof TransformConfig>
export type TransformOperation = Static<typeof Operation>

export const transformSchemas = [
  Constant,
  Copy,
  Formula,
  Mapping,
  Operation,
  TransformConfig,
] as const
