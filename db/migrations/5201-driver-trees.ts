import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createFiles(db)
  await db.schema
    .createTable('driver_trees')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('root_node_id', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await createNodes(db)
  await createPlans(db)
  for (const [table, ...columns] of [
    ['driver_tree_files', 'owner_id', 'id'],
    ['driver_tree_files', 'project_file_id'],
    ['driver_tree_sheets', 'file_id', 'position'],
    ['driver_tree_columns', 'sheet_id', 'position'],
    ['driver_trees', 'project_id', 'id'],
    ['driver_tree_nodes', 'tree_id', 'id'],
    ['driver_tree_nodes', 'project_file_id'],
    ['driver_tree_edges', 'child_id'],
    ['driver_tree_edges', 'tree_id', 'parent_id', 'position'],
    ['driver_tree_policies', 'tree_id', 'id'],
    ['driver_tree_policies', 'node_id', 'id'],
    ['driver_tree_scenarios', 'tree_id', 'id'],
  ] as [string, ...string[]][]) {
    await db.schema
      .createIndex(`${table}_${columns.join('_')}_idx`)
      .on(table)
      .columns(columns)
      .execute()
  }
}

async function createFiles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('driver_tree_files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('project_file_id', 'text', (column) => column.references('project_files.id'))
    .addColumn('original_name', 'text', (column) => column.notNull())
    .addColumn('content_type', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addColumn('sheet_id', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('driver_tree_sheets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('file_id', 'text', (column) =>
      column.notNull().references('driver_tree_files.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('layout', 'text')
    .addColumn('row_count', 'integer', (column) => column.notNull())
    .addColumn('skipped_reason', 'text')
    .addColumn('key', 'text')
    .execute()
  await db.schema
    .createTable('driver_tree_columns')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('sheet_id', 'text', (column) =>
      column.notNull().references('driver_tree_sheets.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('items', 'text', (column) => column.notNull())
    .execute()
}

async function createNodes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('driver_tree_nodes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tree_id', 'text', (column) =>
      column.notNull().references('driver_trees.id').onDelete('cascade'),
    )
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('label_key', 'text', (column) => column.notNull())
    .addColumn('node_type', 'text', (column) => column.notNull())
    .addColumn('operator', 'text')
    .addColumn('is_intermediate', 'integer', (column) => column.notNull())
    .addColumn('value', 'double precision')
    .addColumn('data', 'text')
    .addColumn('data_shape', 'text')
    .addColumn('source', 'text')
    .addColumn('project_file_id', 'text', (column) => column.references('project_files.id'))
    .addColumn('unit', 'text')
    .addColumn('aggregation', 'text', (column) => column.notNull())
    .addColumn('position_x', 'double precision', (column) => column.notNull())
    .addColumn('position_y', 'double precision', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('driver_tree_nodes_tree_id_label_key_key', ['tree_id', 'label_key'])
    .execute()
  await db.schema
    .createTable('driver_tree_edges')
    .addColumn('tree_id', 'text', (column) =>
      column.notNull().references('driver_trees.id').onDelete('cascade'),
    )
    .addColumn('parent_id', 'text', (column) =>
      column.notNull().references('driver_tree_nodes.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('child_id', 'text', (column) =>
      column.notNull().references('driver_tree_nodes.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('driver_tree_edges_pkey', ['parent_id', 'position'])
    .execute()
}

async function createPlans(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('driver_tree_policies')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tree_id', 'text', (column) =>
      column.notNull().references('driver_trees.id').onDelete('cascade'),
    )
    .addColumn('node_id', 'text', (column) =>
      column.notNull().references('driver_tree_nodes.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('value', 'double precision', (column) => column.notNull())
    .addColumn('is_active', 'integer', (column) => column.notNull())
    .addColumn('period_from', 'text')
    .addColumn('period_to', 'text')
    .addColumn('cost', 'double precision')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('driver_tree_scenarios')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tree_id', 'text', (column) =>
      column.notNull().references('driver_trees.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.references('users.id'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('driver_tree_scenarios_tree_id_name_key_key', ['tree_id', 'name_key'])
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of [
    'driver_tree_scenarios',
    'driver_tree_policies',
    'driver_tree_edges',
    'driver_tree_nodes',
    'driver_trees',
    'driver_tree_columns',
    'driver_tree_sheets',
    'driver_tree_files',
  ]) {
    await db.schema.dropTable(table).execute()
  }
}
