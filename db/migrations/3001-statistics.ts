import { type Kysely, sql } from 'kysely'
import { engineOf } from '../open.ts'
import type { Db } from '../tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stat_sources')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('credit', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('stale_since', 'timestamptz')
    .execute()
  await db.schema
    .createTable('stat_editions')
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('vintage', 'text', (column) => column.notNull())
    .addColumn('retrieved_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('stat_editions_pkey', ['source_id', 'vintage'])
    .execute()
  await db.schema
    .createTable('areas')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('parent_code', 'text')
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text')
    .addColumn('region_ja', 'text')
    .addColumn('latitude', 'double precision')
    .addColumn('longitude', 'double precision')
    .addColumn('valid_until', 'text')
    .addColumn('successor_code', 'text')
    .execute()
  await db.schema
    .createTable('indicators')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('name_ja', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('unit', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('aggregation', 'text', (column) => column.notNull())
    .addColumn('decimals', 'integer', (column) => column.notNull())
    .addColumn('family', 'text')
    .addColumn('formula', 'text')
    .addColumn('direction', 'text')
    .addColumn('position', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('periods')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('year', 'integer', (column) => column.notNull())
    .addColumn('starts_on', 'text', (column) => column.notNull())
    .addColumn('ends_on', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('mark_legends')
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('meaning', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('mark_legends_pkey', ['source_id', 'mark'])
    .execute()

  const isSqlite = engineOf(db as Db) === 'sqlite'
  await db.schema
    .createTable('observations')
    .addColumn('indicator', 'text', (column) => column.notNull())
    .addColumn('area', 'text', (column) => column.notNull())
    .addColumn('period', 'text', (column) => column.notNull())
    .addColumn('vintage', 'text', (column) => column.notNull())
    .addColumn('superseded', 'text')
    .addColumn('value', 'double precision')
    .addColumn('mark', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('observations_pkey', ['indicator', 'area', 'period', 'vintage'])
    // The key is most of the row: the table is its own index.
    .$call((table) => (isSqlite ? table.modifyEnd(sql`without rowid`) : table))
    .execute()
  await db.schema
    .createIndex('observations_indicator_period_idx')
    .on('observations')
    .columns(['indicator', 'period', 'area'])
    .execute()
  await db.schema
    .createIndex('observations_vintage_idx')
    .on('observations')
    .columns(['vintage', 'indicator'])
    .execute()
  await db.schema
    .createIndex('observations_superseded_idx')
    .on('observations')
    .columns(['superseded', 'indicator', 'area', 'period'])
    .where(sql.ref('superseded'), 'is not', null)
    .execute()

  await db.schema
    .createTable('indicator_facts')
    .addColumn('indicator', 'text', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('areas', 'integer', (column) => column.notNull())
    .addColumn('figures', 'integer', (column) => column.notNull())
    .addColumn('first_year', 'integer', (column) => column.notNull())
    .addColumn('last_year', 'integer', (column) => column.notNull())
    .addColumn('vintage', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('indicator_facts_pkey', ['indicator', 'level', 'source_id'])
    .execute()

  await db.schema
    .createTable('statistics_state')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('seed', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'statistics_state',
    'indicator_facts',
    'observations',
    'mark_legends',
    'periods',
    'indicators',
    'areas',
    'stat_editions',
    'stat_sources',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
