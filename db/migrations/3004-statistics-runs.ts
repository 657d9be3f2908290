import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sync_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('scheduled_for', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ended_at', 'timestamptz')
    .addColumn('outcome', 'text')
    .addColumn('rows_read', 'integer', (column) => column.notNull())
    .addColumn('rows_added', 'integer', (column) => column.notNull())
    .addColumn('rows_changed', 'integer', (column) => column.notNull())
    .addColumn('published', 'text', (column) => column.notNull())
    .addColumn('vintage', 'text')
    .addColumn('error_code', 'text')
    .addColumn('error_message', 'text')
    .addColumn('instance', 'text', (column) => column.notNull())
    .addColumn('decision', 'text')
    .addColumn('decided_at', 'timestamptz')
    .execute()
  for (const columns of [
    ['kind', 'id'],
    ['source_id', 'id'],
    ['outcome', 'id'],
    ['scheduled_for', 'source_id'],
  ]) {
    await db.schema
      .createIndex(`sync_runs_${columns.join('_')}_idx`)
      .on('sync_runs')
      .columns(columns)
      .execute()
  }

  await db.schema
    .createTable('quality_results')
    .addColumn('run_id', 'text', (column) =>
      column.notNull().references('sync_runs.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('check', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('observed', 'text', (column) => column.notNull())
    .addColumn('expected', 'text', (column) => column.notNull())
    .addColumn('failing', 'integer', (column) => column.notNull())
    .addColumn('sample', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('quality_results_pkey', ['run_id', 'position'])
    .execute()
  for (const column of ['check', 'severity']) {
    await db.schema
      .createIndex(`quality_results_${column}_run_id_idx`)
      .on('quality_results')
      .columns([column, 'run_id desc', 'position'])
      .execute()
  }
  await db.schema
    .createIndex('quality_results_run_id_position_idx')
    .on('quality_results')
    .columns(['run_id desc', 'position'])
    .execute()

  await db.schema
    .createTable('quarantined_figures')
    .addColumn('run_id', 'text', (column) =>
      column.notNull().references('sync_runs.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('indicator', 'text', (column) => column.notNull())
    .addColumn('area', 'text', (column) => column.notNull())
    .addColumn('period', 'text', (column) => column.notNull())
    .addColumn('value', 'double precision')
    .addColumn('mark', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('unit', 'text')
    .addPrimaryKeyConstraint('quarantined_figures_pkey', ['run_id', 'position'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['quarantined_figures', 'quality_results', 'sync_runs']) {
    await db.schema.dropTable(table).execute()
  }
}
