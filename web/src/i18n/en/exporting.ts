export const exporting = {
  'export.start': 'Export CSV',
  'export.stop': 'Stop the export',
  'export.rows': { one: '{count} row', other: '{count} rows' },
  'export.done': 'The export was downloaded.',
  'export.failed': 'The export failed.',
} as const
