import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Polygon } from './dissolve.ts'

export type Shape =
  | { type: 'Polygon'; coordinates: Polygon }
  | { type: 'MultiPolygon'; coordinates: Polygon[] }

/** A shape with what a map has to know of its area. */
export type Place = {
  type: 'Feature'
  id: number
  properties: { code: string; name: string; name_en: string | null }
  geometry: Shape
}

export function polygonsOf(shape: Shape): Polygon[] {
  return shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates
}

export function placeOf({ code, name_ja, name_en }: AreaRow, geometry: Shape): Place {
  const properties = { code, name: name_ja, name_en }
  return { type: 'Feature', id: Number(code), properties, geometry }
}
