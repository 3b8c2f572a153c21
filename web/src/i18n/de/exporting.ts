export const exporting = {
  'export.start': 'CSV exportieren',
  'export.stop': 'Export anhalten',
  'export.rows': { one: '{count} Zeile', other: '{count} Zeilen' },
  'export.done': 'Die Liste ist heruntergeladen.',
  'export.failed': 'Die Liste ließ sich nicht herunterladen.',
} as const
