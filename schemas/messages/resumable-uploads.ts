export const resumableUploadMessages = {
  upload_metadata_malformed: {
    status: 400,
    ja: 'Upload-Metadata を読み取れません。「キー 空白 base64 の値」をカンマ区切りで並べてください。',
    en: 'Upload-Metadata cannot be read. Send pairs of a key, a space and a value in base64, separated by commas.',
  },
  upload_checksum_malformed: {
    status: 400,
    ja: 'Upload-Checksum は「アルゴリズム 空白 base64 の値」で、アルゴリズムは {algorithms} のいずれかにしてください。',
    en: 'Send Upload-Checksum as an algorithm, a space and a value in base64. Algorithms: {algorithms}.',
  },
  tus_extension_unsupported: {
    status: 400,
    ja: 'この tus 拡張には対応していません。並列アップロードと長さの後回しを使わずに送ってください。対応: {extensions}',
    en: 'This extension of tus is not supported. Upload in sequence and say the length at the start. Supported: {extensions}.',
  },
  resumable_upload_not_found: {
    status: 404,
    ja: 'この再開可能アップロードはありません。最初から作り直してください。',
    en: 'There is no such resumable upload. Create a new one.',
  },
  upload_offset_conflict: {
    status: 409,
    ja: 'Upload-Offset が保存済みの位置と違います。HEAD で位置を確かめ、そこから送ってください。',
    en: 'Upload-Offset is not where the upload stands. Ask for it with HEAD, and go on from there.',
  },
  too_many_resumable_uploads: {
    status: 409,
    ja: '未完了のアップロードが {limit} 件あります。続きを送るか、DELETE で取り消してください。',
    en: 'You have {limit} unfinished uploads. Finish some, or end them with DELETE.',
  },
  resumable_upload_expired: {
    status: 410,
    ja: 'このアップロードは期限切れです。最初から作り直してください。',
    en: 'This upload has expired. Create a new one.',
  },
  tus_version_unsupported: {
    status: 412,
    ja: 'Tus-Resumable: 1.0.0 を付けて送ってください。',
    en: 'Send Tus-Resumable: 1.0.0.',
  },
  upload_longer_than_announced: {
    status: 413,
    ja: '本文が Upload-Length を超えています。残りの分だけ送ってください。',
    en: 'The body goes beyond Upload-Length. Send no more than what is left.',
  },
  upload_state_unavailable: {
    status: 423,
    ja: '今は位置を答えられません。少し待ってからもう一度尋ねてください。',
    en: 'The offset cannot be told for the moment. Ask again in a moment.',
  },
  upload_checksum_mismatch: {
    status: 460,
    ja: '届いた内容が Upload-Checksum と一致しません。このリクエストの分は保存していません。もう一度送ってください。',
    en: 'What came does not match Upload-Checksum. Nothing of this request was kept. Send it again.',
  },
} as const
