import type { ItemStatus } from '../../schemas/items.ts'

/** What lists filter and sort by. It stands in `items` and again with each tag, for the indexes. */
type Entry = {
  id: string
  owner_id: string
  status: ItemStatus
  /** The title in lower case, as it is searched and sorted. */
  title_key: string
  updated_at: string
}

export type ItemTables = {
  items: Entry & {
    title: string
    description: string | null
    /** JSON: `string[]`, in the order they were given. */
    tags: string
    version: number
    created_at: string
  }
  item_tags: Entry & { tag: string }
  /** How many there are, kept up by each change: see src/items/counts.ts. */
  item_counts: {
    /** Empty for all items. */
    tag: string
    /** Empty for those of everybody. */
    owner_id: string
    status: ItemStatus
    shard: number
    /** May be below zero: only the sum over the shards means something. */
    n: number
  }
}
