const list = (text: string) => text.trim().split(/\s+/u)

/**
 * Words that mean something of their own: where the data has no such name they are neither taken
 * for a typing error of another name, nor read as two names side by side.
 */
export const knownNouns: readonly string[] = [
  ...list(`営業利益 経常利益 売上総利益 粗利益 粗利 純利益 当期純利益 税引前利益 限界利益 利益剰余金 売上原価 製造原価
    売上原価率 営業利益率 営業費 営業費用 営業外収益 営業外費用 営業収益 売上数量 売上単価 売上件数 売上目標 売上予算 売上計画 売上予測
    販売数量 販売費 販管費 開発費 物流費 物流コスト 製造費 製造費用 人件費 利率 利息 利子 利用 利用者 利回り 売価 売掛金 原価
    単価 客単価 客層 人数 人員 個数 台数 返金 返済 返信 店員 店長 地方 地区 部署 部品 部隊 製品 商店 商社 商談 数値 数字 費用
    経費 予算 在庫 倉庫 仕入 顧客 会社 支店 事業 市場 目標 実績 計画 年代 年齢 年収 地名 地価 市町村 営業日 営業所 営業部員 営業時間
    営業担当 売上債権 売上割引 売上税 コスト削減 コストダウン 大阪万博 東京駅 東京湾 東京タワー`),
  ...list(`北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜
    静岡 愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎
    鹿児島 沖縄 札幌 仙台 横浜 川崎 相模原 浜松 名古屋 堺 神戸 北九州 那覇 金沢 松山 高松 盛岡 前橋 宇都宮 水戸 甲府 津 大津
    関東 関西 近畿 東北 中部 九州 四国 中国 北陸 東海 世田谷 新宿 渋谷 府中 梅田 天神 池袋 品川 上野`),
  ...list(`lost host post coast past list test best case base store score share price revenue income budget stock
    margin market region country county city state south north east west customer order unit store staff`),
]

/** Kanji that are mistaken for each other: same reading or same look. */
export const alike: readonly string[] =
  list(`門問間聞 域城 益液易 品晶 商尚 売買 数教 量料 費比 店点占 舗補捕 客各 単短担 価値
  年念 度渡 区句 県件 市氏 阪坂版 幌帆 営栄 業行 製制成 造像 開会海 発初 物者 流留 地池 部武 人入 口日 返反 高考 期基 拠居
  点店 担但 署所 名各 神紳 奈名 川河 古故 屋谷 福副服復 岡丘岡 東束 京凉 大太 在存 庫車 支枝 払仏 未末 土士 階界 級給 齢令`)
