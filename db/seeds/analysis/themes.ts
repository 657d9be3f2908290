import { partners } from './partners.ts'
import { pricing } from './pricing.ts'
import { productRange } from './product-range.ts'
import { promotion } from './promotion.ts'
import { rawMaterials } from './raw-materials.ts'
import { reformThemes } from './reform-themes.ts'
import { salesChannels } from './sales-channels.ts'
import { salesKnowHow } from './sales-know-how.ts'
import { stock } from './stock.ts'
import { suppliers } from './suppliers.ts'
import { targetMarkets } from './target-markets.ts'
import type { Theme } from './theme.ts'
import { unprofitableProducts } from './unprofitable-products.ts'

/** The themes in their order. */
export const themes: readonly Theme[] = [
  unprofitableProducts,
  reformThemes,
  salesKnowHow,
  pricing,
  targetMarkets,
  salesChannels,
  rawMaterials,
  productRange,
  suppliers,
  stock,
  promotion,
  partners,
]
