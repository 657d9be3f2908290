import { type Static, Type } from '@sinclair/typebox'
import { nullable, ref } from '../common.ts'

/** A sentence for people, with a code for programs. */
export const Note = Type.Object(
  {
    code: Type.String({ examples: ['ageing_base'] }),
    ja: Type.String(),
    en: Type.String(),
  },
  { $id: 'StatisticsNote' },
)
export type Note = Static<typeof Note>

const SourceOf = Type.Object({
  id: Type.String({ examples: ['census'] }),
  name_ja: Type.String({ examples: ['国勢調査'] }),
  name_en: Type.String({ examples: ['Population Census'] }),
  url: Type.String(),
})

export const Meta = Type.Object(
  {
    unit: nullable(
      Type.String({ description: 'Null where the rows have several.', examples: ['人'] }),
    ),
    source: Type.Array(SourceOf),
    credit: Type.String({
      description: 'The sentence to show wherever these figures are.',
      examples: ['出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）国勢調査（総務省）'],
    }),
    notice: nullable(
      Type.String({ description: 'What has to be shown where figures came through e-Stat’s API.' }),
    ),
    processed: Type.Boolean({
      description: 'Whether any value was worked out here rather than taken as published.',
    }),
    years: Type.Array(Type.Integer(), {
      description: 'Of the rows, in order.',
      examples: [[2020]],
    }),
    method: nullable(
      Type.Object({
        id: Type.String({ examples: ['deviation'] }),
        ja: Type.String(),
        en: Type.String({ description: 'With the source of the method.' }),
      }),
    ),
    coverage: Type.Object({
      areas: Type.Integer({ description: 'Areas that have a value.', examples: [47] }),
      of: Type.Integer({ description: 'Areas that were asked for.', examples: [47] }),
    }),
    dataset_version: Type.Integer({ description: 'Grows whenever figures change.' }),
    retrieved_at: nullable(
      Type.String({ format: 'date-time', description: 'When the newest of them was read.' }),
    ),
    stale: Type.Boolean({
      description: 'Newer figures could not be had; these are the last good ones.',
    }),
    notes: Type.Array(ref(Note)),
  },
  { $id: 'StatisticsMeta' },
)
export type Meta = Static<typeof Meta>
