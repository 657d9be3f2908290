import type { Kysely } from 'kysely'

const indexes = [
  ['status', 'id'],
  ['type', 'id'],
  ['risk_level', 'id'],
  ['requester_id', 'id'],
  ['implementer_id', 'scheduled_start'],
  ['scheduled_start', 'scheduled_end'],
  ['actual_end', 'id'],
  ['team_id', 'id'],
  ['review_due_at'],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull().unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('justification', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('implementation_plan', 'text')
    .addColumn('rollback_plan', 'text')
    .addColumn('test_plan', 'text')
    .addColumn('impact', 'text', (column) => column.notNull())
    .addColumn('likelihood', 'text', (column) => column.notNull())
    .addColumn('risk_level', 'text', (column) => column.notNull())
    .addColumn('risk_score', 'integer', (column) => column.notNull())
    .addColumn('risk_reasons', 'text', (column) => column.notNull())
    .addColumn('scheduled_start', 'timestamptz')
    .addColumn('scheduled_end', 'timestamptz')
    .addColumn('actual_start', 'timestamptz')
    .addColumn('actual_end', 'timestamptz')
    .addColumn('requester_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('implementer_id', 'text', (column) => column.references('users.id'))
    .addColumn('team_id', 'text', (column) => column.references('teams.id'))
    .addColumn('category', 'text')
    .addColumn('template_id', 'text')
    .addColumn('board_id', 'text')
    .addColumn('vote_round', 'integer', (column) => column.notNull())
    .addColumn('decided_at', 'timestamptz')
    .addColumn('freeze_reason', 'text')
    .addColumn('review_due_at', 'timestamptz')
    .addColumn('outcome', 'text')
    .addColumn('lessons', 'text')
    .addColumn('reviewed_at', 'timestamptz')
    .addColumn('cancel_reason', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('change_cis')
    .addColumn('change_id', 'text', (column) =>
      column.notNull().references('changes.id').onDelete('cascade'),
    )
    .addColumn('ci_id', 'text', (column) => column.notNull().references('cis.id'))
    .addPrimaryKeyConstraint('change_cis_pkey', ['change_id', 'ci_id'])
    .execute()
  await db.schema
    .createIndex('change_cis_ci_id_change_id_idx')
    .on('change_cis')
    .columns(['ci_id', 'change_id'])
    .execute()
  for (const columns of indexes) {
    await db.schema
      .createIndex(`changes_${columns.join('_')}_idx`)
      .on('changes')
      .columns(columns)
      .execute()
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('change_cis').execute()
  await db.schema.dropTable('changes').execute()
}
