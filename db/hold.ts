import type { Trx } from './tables.ts'

/**
 * Lets one transaction at a time do what `name` stands for: the next one waits here until this one
 * ends, and then sees what it did. Both engines lock the row they write.
 */
export async function hold(trx: Trx, name: string): Promise<void> {
  await trx
    .insertInto('holds')
    .values({ name, count: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ count: eb('holds.count', '+', 1) })),
    )
    .execute()
}
