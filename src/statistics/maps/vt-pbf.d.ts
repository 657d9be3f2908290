declare module 'vt-pbf' {
  /** Tiles of geojson-vt as the layers, by name, of one Mapbox vector tile. */
  export function fromGeojsonVt(
    layers: Record<string, { features: readonly unknown[] }>,
    options?: { version?: 1 | 2; extent?: number },
  ): Uint8Array
}
