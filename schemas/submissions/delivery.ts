import { type Static, Type } from '@sinclair/typebox'

export const Redelivery = Type.Object(
  {
    message: Type.String({ examples: ['Files are on their way to Google Drive.'] }),
    queued: Type.Integer({
      minimum: 0,
      description: 'How many files are sent again: those that failed or had been kept here only.',
      examples: [3],
    }),
  },
  { $id: 'Redelivery' },
)
export type Redelivery = Static<typeof Redelivery>
