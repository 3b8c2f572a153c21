export const exporting = {
  'export.start': 'CSV exportieren',
  'export.stop': 'Export stoppen',
  'export.rows': { one: '{count} Zeile', other: '{count} Zeilen' },
  'export.done': 'Der Export wurde heruntergeladen.',
  'export.failed': 'Der Export ist fehlgeschlagen.',
} as const
