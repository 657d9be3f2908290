import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { ColumnRole } from './common.ts'

/** How many files somebody has for trees at most. */
export const maxTreeFiles = 500

export const maxTreeFileBytes = 50 * 1024 * 1024

const FileName = Type.String({ description: 'As its sender called it.', examples: ['売上.xlsx'] })
const SheetName = Type.String({ examples: ['Sheet1'] })

export const TreeSheet = Type.Object(
  {
    sheet_id: Id,
    name: SheetName,
    layout: nullable({
      ...oneOf('block', 'flat'),
      description:
        '`block`: lines of axes, an empty line, and lines of 科目; `flat`: a header line and data. Null for a sheet without a table.',
      examples: ['flat'],
    }),
    row_count: Type.Integer({
      minimum: 0,
      description: 'How many numbers each column of values has.',
      examples: [24],
    }),
    skipped_reason: nullable(
      Type.String({
        description: 'A word for why the sheet is of no use; null for one that is.',
        examples: ['table_without_rows'],
      }),
    ),
    skipped_message: nullable(
      Type.String({
        description: 'The same for people, in the language of `Accept-Language`.',
        examples: ['見出しだけで、データの行がありません。'],
      }),
    ),
  },
  { $id: 'TreeSheet' },
)
export type TreeSheet = Static<typeof TreeSheet>

export const TreeColumn = Type.Object(
  {
    columns_id: Id,
    columns_name: Type.String({
      description: 'The name of the column, or of the axis or 科目 of a block.',
      examples: ['売上'],
    }),
    items: Type.Array(Type.String(), {
      maxItems: 5,
      description: 'The first distinct values.',
      examples: [['1000', '2000', '3000']],
    }),
    role: {
      ...ColumnRole,
      description: 'What the column seems to be, until somebody says what it is.',
      examples: ['値'],
    },
  },
  { $id: 'TreeColumn' },
)
export type TreeColumn = Static<typeof TreeColumn>

export const TreeFile = Type.Object(
  {
    file_id: Id,
    filename: FileName,
    sheet_id: nullable({
      ...Id,
      description: 'The sheet that is selected; at first the first table.',
    }),
    sheet_name: nullable(SheetName),
    columns: Type.Array(ref(TreeColumn), { description: 'Those of the selected sheet.' }),
    sheets: Type.Array(ref(TreeSheet)),
    size: Type.Integer({ minimum: 1, description: 'In bytes.', examples: [48213] }),
    project_file_id: nullable({ ...Id, description: 'The file of a project that this is.' }),
    uploaded_at: Timestamp,
  },
  { $id: 'TreeFile' },
)
export type TreeFile = Static<typeof TreeFile>

export const TreeFileQuery = pageQuery()
export const TreeFilePage = pageOf('files', ref(TreeFile), {
  $id: 'TreeFilePage',
  description: 'The newest first.',
})

export const TreeSheetNote = Type.Object(
  {
    code: oneOf('table_first_only', 'table_with_totals'),
    message: Type.String({
      description: 'In the language of `Accept-Language`.',
      examples: ['合計・小計などの行または列が含まれています。'],
    }),
  },
  { $id: 'TreeSheetNote' },
)

export const TreeFileUpload = Type.Object(
  {
    file_id: Id,
    filename: FileName,
    sheets: Type.Array(
      Type.Object({
        ...TreeSheet.properties,
        text_cells: Type.Integer({
          minimum: 0,
          description: 'How many cells of columns of numbers hold text, and are left empty.',
        }),
        notes: Type.Array(ref(TreeSheetNote), {
          description: 'What to know of the table: that it has totals, or is the first of several.',
        }),
      }),
    ),
  },
  { $id: 'TreeFileUpload' },
)
export type TreeFileUpload = Static<typeof TreeFileUpload>

export const NewTreeFile = Type.Object(
  { project_file_id: { ...Id, description: 'A file (.xlsx, .xls, .csv) of a project of yours.' } },
  { $id: 'NewTreeFile', additionalProperties: false },
)
export type NewTreeFile = Static<typeof NewTreeFile>

export const SheetChoice = Type.Object(
  { sheet_id: Id },
  { $id: 'SheetChoice', additionalProperties: false },
)
export type SheetChoice = Static<typeof SheetChoice>

export const ColumnRoles = Type.Object(
  {
    columns: Type.Array(
      Type.Object(
        {
          column_id: { ...Id, description: '`columns_id` of the list.' },
          role: { ...ColumnRole, examples: ['推移'] },
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1000, description: 'Others keep the role that they have.' },
    ),
  },
  {
    $id: 'ColumnRoles',
    additionalProperties: false,
    examples: [{ columns: [{ column_id: Id.examples[0], role: '推移' }] }],
  },
)
export type ColumnRoles = Static<typeof ColumnRoles>

export const TreeFileDone = Type.Object(
  { success: Type.Boolean({ examples: [true] }) },
  { $id: 'TreeFileDone' },
)

export const TreeFileParams = Type.Object({
  file_id: Type.String({ ...Id, description: 'The id of the file.' }),
})

export const TreeSheetParams = Type.Object({
  ...TreeFileParams.properties,
  sheet_id: Type.String({ ...Id, description: 'The id of the sheet.' }),
})

export const treeFileSchemas = [
  TreeSheet,
  TreeColumn,
  TreeFile,
  TreeFilePage,
  TreeSheetNote,
  TreeFileUpload,
  NewTreeFile,
  SheetChoice,
  ColumnRoles,
  TreeFileDone,
] as const
