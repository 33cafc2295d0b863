/** Names with their readings, which Outlook sorts Japanese contacts by and no generator gives. */
export interface NameWithReading {
  readonly name: string;
  readonly reading: string;
}

export const japaneseSurnames: readonly NameWithReading[] = [
  { name: '佐藤', reading: 'サトウ' },
  { name: '鈴木', reading: 'スズキ' },
  { name: '高橋', reading: 'タカハシ' },
  { name: '田中', reading: 'タナカ' },
  { name: '伊藤', reading: 'イトウ' },
  { name: '渡辺', reading: 'ワタナベ' },
  { name: '山本', reading: 'ヤマモト' },
  { name: '小林', reading: 'コバヤシ' },
];

export const japaneseGivenNames: readonly NameWithReading[] = [
  { name: '陽子', reading: 'ヨウコ' },
  { name: '健太', reading: 'ケンタ' },
  { name: '美咲', reading: 'ミサキ' },
  { name: '大輔', reading: 'ダイスケ' },
  { name: '恵美子', reading: 'エミコ' },
  { name: '翔太', reading: 'ショウタ' },
  { name: 'さくら', reading: 'サクラ' },
  { name: '隆', reading: 'タカシ' },
];
