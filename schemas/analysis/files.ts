import { type Static, Type } from '@sinclair/typebox'
import { oneOf } from '../common.ts'

/** What a column of a sheet is used as. */
export const SheetRole = oneOf('推移', '軸', '値', '利用しない')
export type SheetRole = Static<typeof SheetRole>

/** A column as it is kept with its sheet. */
export const SheetColumn = Type.Object(
  {
    name: Type.String({ examples: ['年度'] }),
    role_guess: { ...SheetRole, description: 'What the column seems to be.' },
    role: { ...SheetRole, description: 'What it is used as; at first what it seems to be.' },
    items: Type.Array(Type.String(), { maxItems: 5, description: 'The first distinct values.' }),
    text_cells: Type.Integer({
      minimum: 0,
      description: 'How many cells of a column of numbers hold text, and are left empty.',
    }),
  },
  { $id: 'SheetColumn' },
)
export type SheetColumn = Static<typeof SheetColumn>

export const analysisFileSchemas = [SheetColumn] as const
