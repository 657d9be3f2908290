import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

type Row = [name: string, ja: string, en: string, files: number, mb: number, days?: number]

/** What is asked for until an administrator says otherwise. */
const catalogue: Record<'individual' | 'corporate', Row[]> = {
  individual: [
    ['signed_contract', '署名済み契約書', 'Signed contract', 1, 50],
    ['resident_card', '住民票', 'Residence certificate', 1, 10, 90],
    ['seal_certificate', '印鑑登録証明書', 'Seal registration certificate', 1, 10, 90],
    ['tax_return', '確定申告書', 'Tax return', 1, 30],
    ['drivers_license', '運転免許証', 'Driver’s licence', 2, 10],
    ['bank_book', '通帳の写し', 'Copy of the bank book', 3, 10],
  ],
  corporate: [
    ['signed_contract', '署名済み契約書', 'Signed contract', 1, 50],
    ['corporate_registry', '登記簿謄本', 'Certificate of registered matters', 1, 10, 90],
    ['corporate_seal_cert', '法人印鑑証明書', 'Corporate seal certificate', 1, 10, 90],
    ['financial_statement', '決算報告書', 'Financial statements', 4, 50],
    ['balance_sheet', '貸借対照表', 'Balance sheet', 1, 20],
    ['income_statement', '損益計算書', 'Income statement', 1, 20],
    ['equity_statement', '株主資本等変動計算書', 'Statement of changes in equity', 1, 20],
    ['rep_resident_card', '代表者の住民票', 'Representative’s residence certificate', 1, 10, 90],
    [
      'rep_seal_certificate',
      '代表者の印鑑登録証明書',
      'Representative’s seal certificate',
      1,
      10,
      90,
    ],
    ['rep_tax_return', '代表者の確定申告書', 'Representative’s tax return', 1, 30],
    ['rep_drivers_license', '代表者の運転免許証', 'Representative’s driver’s licence', 2, 10],
  ],
}

export async function up(db: Kysely<unknown>): Promise<void> {
  const rows = Object.entries(catalogue).flatMap(([type, documents]) =>
    documents.map(([document_type, name_ja, name_en, max_files, max_mb, days], position) => ({
      submission_type: type as 'individual' | 'corporate',
      document_type,
      name_ja,
      name_en,
      required: 1 as const,
      max_files,
      formats: '[".pdf",".jpg",".jpeg",".png"]',
      max_mb,
      validity_days: days ?? null,
      position,
    })),
  )
  await (db as Kysely<Tables>).insertInto('document_types').values(rows).execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await (db as Kysely<Tables>).deleteFrom('document_types').execute()
}
