import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { SessionParams, subjectColumn, valueColumn } from './common.ts'

/** How many files a session has at most. */
export const maxSessionFiles = 20

/** What a column of a sheet is used as. */
export const SheetRole = oneOf('推移', '軸', '値', '利用しない')
export type SheetRole = Static<typeof SheetRole>

const SheetName = Type.String({ examples: ['Sheet1'] })
const Wanted = { minLength: 1, maxLength: 255 }

/** A column as it is kept with its sheet. */
export const SheetColumn = Type.Object(
  {
    name: Type.String({ examples: ['年度'] }),
    role_guess: { ...SheetRole, description: 'What the column seems to be.' },
    role: { ...SheetRole, description: 'What it is used as; at first what it seems to be.' },
    items: Type.Array(Type.String(), { maxItems: 5, description: 'The first distinct values.' }),
    text_cells: Type.Integer({
      minimum: 0,
      description: 'How many cells of a column of numbers hold text, and are no numbers.',
    }),
  },
  { $id: 'SheetColumn' },
)
export type SheetColumn = Static<typeof SheetColumn>

export const AnalysisSheet = Type.Object(
  {
    sheet_name: SheetName,
    layout: nullable({
      ...oneOf('block', 'flat'),
      description:
        '`block`: lines of axes, an empty line, and lines of 科目; `flat`: a header line and data. Null for a sheet without a table.',
    }),
    axis: Type.Array(Type.String(), {
      description: 'The axes that were found, in their order.',
      examples: [['年度', '部門']],
    }),
    columns: Type.Array(ref(SheetColumn)),
    row_count: Type.Integer({ minimum: 0, examples: [24] }),
    skipped_reason: nullable(
      Type.String({ description: 'A word for why the sheet is of no use; null for one that is.' }),
    ),
    skipped_message: nullable(
      Type.String({ description: 'The same for people, in the language of `Accept-Language`.' }),
    ),
    notes: Type.Array(
      Type.Object({
        code: oneOf('table_first_only', 'table_with_totals'),
        message: Type.String(),
      }),
      { description: 'What to know of the table: that it has totals, or is the first of several.' },
    ),
  },
  { $id: 'AnalysisSheet' },
)
export type AnalysisSheet = Static<typeof AnalysisSheet>

export const RepeatedKeys = Type.Object(
  {
    count: Type.Integer({ minimum: 1, description: 'How many keys stand more than once.' }),
    first: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
      description: 'The first of them, by its axes.',
      examples: [{ 年度: '2023', 部門: '営業' }],
    }),
  },
  { $id: 'RepeatedKeys' },
)
export type RepeatedKeys = Static<typeof RepeatedKeys>

export const AnalysisFile = Type.Object(
  {
    id: Id,
    project_file_id: Id,
    project_file_name: Type.String({ examples: ['売上.xlsx'] }),
    sheet_name: { ...SheetName, description: 'The sheet that is used; at first the first table.' },
    axis_config: Type.Record(Type.String(), Type.String(), {
      description: 'The axes that are used, by slot.',
      examples: [{ 軸1: '年度', 軸2: '部門' }],
    }),
    config_list: Type.Array(ref(AnalysisSheet), { description: 'All sheets of the file.' }),
    needs_aggregation: Type.Boolean({
      description:
        'Whether an axis is left out, or rows have the same axes and 科目: aggregate before you compare.',
    }),
    repeated_keys: Type.Union([ref(RepeatedKeys), Type.Null()]),
    is_input: Type.Boolean({ description: 'Whether the steps start from it now.' }),
    is_used: Type.Boolean({ description: 'Whether any snapshot starts from it.' }),
    created_by: nullable(Id),
    created_at: Timestamp,
  },
  { $id: 'AnalysisFile' },
)
export type AnalysisFile = Static<typeof AnalysisFile>

export const AnalysisFileList = Type.Object(
  { files: Type.Array(ref(AnalysisFile)), total: Type.Integer({ minimum: 0 }) },
  { $id: 'AnalysisFileList' },
)

export const NewAnalysisFile = Type.Object(
  {
    project_file_id: { ...Id, description: 'A file (.xlsx, .xls, .csv) of the session’s project.' },
  },
  { $id: 'NewAnalysisFile', additionalProperties: false },
)
export type NewAnalysisFile = Static<typeof NewAnalysisFile>

export const SheetConfig = Type.Object(
  {
    sheet_name: Type.Optional(
      Type.String({ ...Wanted, description: 'The sheet to use; the one used now if left out.' }),
    ),
    axis_config: Type.Optional(
      Type.Record(Type.String({ maxLength: 200 }), Type.String(Wanted), {
        maxProperties: 1000,
        description: 'The axes to use, by slots named as one likes; others are left out.',
        examples: [{ 軸1: '年度', 軸2: '部門' }],
      }),
    ),
    columns: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String({ ...Wanted, examples: ['年度'] }), role: SheetRole },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 1000, description: 'Others keep the role that they have.' },
      ),
    ),
  },
  {
    $id: 'SheetConfig',
    additionalProperties: false,
    examples: [{ sheet_name: 'Sheet1', axis_config: { 軸1: '年度', 軸2: '部門' } }],
  },
)
export type SheetConfig = Static<typeof SheetConfig>

export const InputChoice = Type.Object(
  { file_id: nullable({ ...Id, description: 'A file of the session; null for none.' }) },
  { $id: 'InputChoice', additionalProperties: false },
)
export type InputChoice = Static<typeof InputChoice>

export const ChosenInput = Type.Object(
  {
    session_id: Id,
    input_file_id: nullable(Id),
    input_file_name: nullable(Type.String({ examples: ['売上.xlsx'] })),
    sheet_name: nullable(SheetName),
    snapshot_id: Id,
    snapshot_order: Type.Integer({ minimum: 0, examples: [1] }),
    current_snapshot: Type.Integer({ minimum: 0, examples: [1] }),
    is_changed: Type.Boolean({ description: 'False where it was the input already.' }),
    version: Type.Integer({ minimum: 1 }),
  },
  { $id: 'ChosenInput' },
)
export type ChosenInput = Static<typeof ChosenInput>

const Cell = Type.Union([Type.String(), Type.Number(), Type.Null()])

export const InputRowQuery = pageQuery()
export const InputRowPage = Type.Composite(
  [
    pageOf('rows', Type.Array(Cell)),
    Type.Object({
      columns: Type.Array(Type.String(), {
        description: `The axes, \`${subjectColumn}\` and \`${valueColumn}\`.`,
        examples: [['年度', '部門', subjectColumn, valueColumn]],
      }),
      input_file_id: Id,
      sheet_name: SheetName,
    }),
  ],
  { $id: 'InputRowPage', description: 'In the order of the file.' },
)
export type InputRowPage = Static<typeof InputRowPage>

export const AnalysisFileParams = Type.Object({
  ...SessionParams.properties,
  file_id: Type.String({ ...Id, description: 'The id of the file.' }),
})

export const analysisFileSchemas = [
  SheetColumn,
  AnalysisSheet,
  RepeatedKeys,
  AnalysisFile,
  AnalysisFileList,
  NewAnalysisFile,
  SheetConfig,
  InputChoice,
  ChosenInput,
  InputRowPage,
] as const
