export const statisticsMessages = {
  area_not_found: {
    status: 404,
    ja: '地域 {name} は見つかりません。近い名前: {nearest}。一覧: /api/v1/statistics/areas',
    en: 'There is no area {name}. Nearest names: {nearest}. All of them: /api/v1/statistics/areas',
  },
  indicator_not_found: {
    status: 404,
    ja: '指標 {name} は見つかりません。近いもの: {nearest}。一覧: /api/v1/statistics/indicators',
    en: 'There is no indicator {name}. Nearest: {nearest}. All of them: /api/v1/statistics/indicators',
  },
  figures_not_found: {
    status: 404,
    ja: 'この条件の値はありません。利用できる年: {years}',
    en: 'There are no figures for this. Years that there are: {years}',
  },
  kpi_not_found: {
    status: 404,
    ja: 'KPI {id} は見つかりません。一覧: /api/v1/kpi',
    en: 'There is no KPI {id}. All of them: /api/v1/kpi',
  },
  policy_not_found: {
    status: 404,
    ja: '施策 {id} は見つかりません。一覧: /api/v1/policy',
    en: 'There is no policy {id}. All of them: /api/v1/policy',
  },
  geometry_not_found: {
    status: 404,
    ja: '{level}（parent: {parent}）の境界データはありません。利用できるもの: {available}',
    en: 'There are no shapes of {level} (parent: {parent}). There are: {available}',
  },
  area_ambiguous: {
    status: 409,
    ja: '{name} という地域は複数あります。candidates のコードで指定してください。',
    en: 'Several areas are called {name}. Use a code of the candidates.',
  },
  too_many_areas: {
    status: 422,
    ja: '地域が {count} 件あり、上限 {limit} 件を超えます。area を減らすか、level を指定してください。',
    en: 'These are {count} areas; the limit is {limit}. Name fewer, or use level.',
  },
  too_many_indicators: {
    status: 422,
    ja: '指標が {count} 件あり、上限 {limit} 件を超えます。indicator を減らしてください。',
    en: 'These are {count} indicators; the limit is {limit}. Name fewer.',
  },
  per_not_applicable: {
    status: 422,
    ja: '{indicator} は割合や密度のため、per={per} は計算できません。人数の指標を指定してください。',
    en: '{indicator} cannot be added up, so there is no per={per}. Ask for a number of persons.',
  },
  ages_not_comparable: {
    status: 422,
    ja: '{year} 年は数え年のため、他の年の年齢階級と並べられません。compare を外してください。',
    en: '{year} was counted in East Asian ages, which cannot lie beside others. Leave compare out.',
  },
  no_areas_within: {
    status: 422,
    ja: '{parent} の中に {level} の地域はありません。parent に都道府県を指定してください。',
    en: 'There is no {level} within {parent}. Let parent be a prefecture.',
  },
  area_not_scored: {
    status: 422,
    ja: '{name} は level={level} の地域ではありません。level を地域に合わせてください。',
    en: '{name} is not an area of level={level}. Let level be that of the area.',
  },
  dates_reversed: {
    status: 422,
    ja: 'ends_on と target_year は starts_on 以後にしてください。',
    en: 'Let ends_on and target_year be no earlier than starts_on.',
  },
  policy_areas_overlap: {
    status: 422,
    ja: '{area} は {other} と重なっています。areas と control_areas には互いに重ならない地域を指定してください。',
    en: '{area} overlaps {other}. Name areas and control_areas that lie apart.',
  },
  control_pool_twice: {
    status: 422,
    ja: 'control_areas と control_level はどちらか一方だけを指定してください。',
    en: 'Give either control_areas or control_level, not both.',
  },
  too_many_cells: {
    status: 422,
    ja: '値が {cells} 個になり、上限 {limit} 個を超えます。{narrow} を絞ってください。',
    en: 'This would be {cells} figures; the limit is {limit}. Narrow {narrow}.',
  },
  years_reversed: {
    status: 422,
    ja: 'from は to 以前の年にしてください。',
    en: 'Let from be a year no later than to.',
  },
} as const

export const statisticsRules = {
  multiple: {
    ja: '{of} の倍数にしてください。',
    en: 'must be a multiple of {of}',
  },
  weight: {
    ja: '指標:重み の形で、重みは 0〜1000 の数にしてください。',
    en: 'must be indicator:weight with a number from 0 to 1000',
  },
} as const
