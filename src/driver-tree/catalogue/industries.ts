import { createHash } from 'node:crypto'
import { driverTypes } from '../../../db/seeds/driver-tree/driver-types.ts'
import { divisions } from '../../../db/seeds/driver-tree/industries.ts'
import { type TreeCatalogue, treeKpis } from '../../../schemas/driver-tree/catalogue.ts'

const names = new Map(driverTypes.map(({ id, name }) => [id, name]))

const catalogue: TreeCatalogue = {
  categories: divisions.map(({ id, name, groups }) => ({
    category_id: id,
    category_name: name,
    industries: groups.map(([industry_id, industry_name, ...types]) => ({
      industry_id,
      industry_name,
      driver_types: types.map((type) => ({
        driver_type_id: type,
        driver_type: names.get(type) ?? '',
      })),
    })),
  })),
  kpis: [...treeKpis],
}

const etag = etagOfText(JSON.stringify(catalogue))

/** The industries with the types of driver trees that fit them, and what these have formulas for. */
export function getTreeCatalogue(): { catalogue: TreeCatalogue; etag: string } {
  return { catalogue, etag }
}

/** A tag for an answer that only changes with the service. */
export function etagOfText(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`
}
